import { z } from "zod";
import { executionName } from "../core/run/message-names.ts";
import { parseMessage } from "../core/run/parse-message.ts";
import { addToBatch } from "./batch-files.ts";
import { aliasName, type ControlAnswer, type ControlApiDeps, found } from "./control-call.ts";

const startBody = z.strictObject({
  reason: z.string().min(1).max(500).default("asked for by a person"),
  requestedBy: z.string().min(1).max(200).default("local"),
});
const checkBody = z.strictObject({ until: z.iso.datetime({ offset: true }).optional() });
const batchBody = z.strictObject({
  /** Of the batch. */
  name: executionName,
  /** Files of this machine to be put into the batch; what is there already stays. */
  files: z.array(z.string().min(1)).default([]),
  /** Where its files lie, such as sources/<model>/new/. @default its own input */
  prefix: z.string().optional(),
  version: z.int().positive().optional(),
  ...startBody.shape,
});
const aliasBody = z.strictObject({
  version: z.int().positive(),
  by: z.string().min(1).max(200).default("local"),
  why: z.string().min(1).max(500),
  /** Where whoever asks believes the alias to be; null is nowhere. Not checked if absent. */
  expected: z.int().positive().nullable().optional(),
});

export async function moveAlias(
  { promote }: ControlApiDeps,
  [model = "", alias]: readonly string[],
  { body }: { readonly body: unknown },
): Promise<ControlAnswer> {
  const move = parseMessage(aliasBody, body);
  return found(await promote({ model, alias: aliasName(alias), ...move }));
}

export async function startRun(
  { executions }: ControlApiDeps,
  [model = ""]: readonly string[],
  { body }: { readonly body: unknown },
): Promise<ControlAnswer> {
  const order = parseMessage(startBody, body);
  const { name } = executions.start("training", { model, ...order });
  return { status: 202, body: { model, runId: name } };
}

export async function startCheck(
  { executions }: ControlApiDeps,
  [model = ""]: readonly string[],
  { body }: { readonly body: unknown },
): Promise<ControlAnswer> {
  const order = parseMessage(checkBody, body);
  const { name } = executions.start("monitoring", { model, ...order });
  return { status: 202, body: { model, execution: name } };
}

export async function startBatch(
  { executions, store }: ControlApiDeps,
  [model = ""]: readonly string[],
  { body }: { readonly body: unknown },
): Promise<ControlAnswer> {
  const { name: batch, files, ...order } = parseMessage(batchBody, body);
  await addToBatch(store, { model, name: batch }, files);
  const { name } = executions.start("batch-prediction", { model, input: batch, ...order });
  return { status: 202, body: { model, batch, execution: name } };
}
