import { z } from "zod";
import { InvalidInputError, NotFoundError } from "../core/errors.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import { ALIAS_NAMES, type AliasName } from "../core/registry/records.ts";
import type { Registry } from "../core/registry/registry.ts";
import { executionName } from "../core/run/message-names.ts";
import { parseMessage } from "../core/run/parse-message.ts";
import { modelUsage } from "../engine/usage/model-usage.ts";
import { addToBatch } from "./batch-files.ts";
import type { Execution, Executions } from "./executions.ts";
import type { StoredAlert } from "./recent-alerts.ts";
import { definitionOf, lastDriftReport, type StoredAnswersDeps } from "./stored-answers.ts";

export interface ControlApiDeps {
  /** Folder that this platform keeps everything in. */
  readonly home: string;
  readonly registry: Registry;
  readonly store: StoredAnswersDeps["store"] & Pick<ObjectStore, "localPath" | "putFile">;
  /** Newest first. */
  readonly recentAlerts: () => Promise<readonly StoredAlert[]>;
  readonly executions: Executions;
  /** The promote function: checks the version before the alias moves. */
  readonly promote: (input: unknown) => Promise<unknown>;
}

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

type Call = (
  deps: ControlApiDeps,
  path: readonly string[],
  input: { readonly query: URLSearchParams; readonly body: unknown },
) => Promise<ControlAnswer>;

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

/** Method and path; `:` parts are handed to the call in their order. */
export const CONTROL_CALLS: readonly (readonly [string, string, Call])[] = [
  ["GET", "/api/platform", async ({ home }) => found({ home })],
  ["GET", "/api/models", listModels],
  ["GET", "/api/models/:", showModel],
  [
    "GET",
    "/api/models/:/versions",
    async ({ registry }, [model = ""]) => found(await registry.versions(model)),
  ],
  [
    "GET",
    "/api/models/:/versions/:",
    async ({ registry }, [model = "", version]) =>
      found(await registry.version(model, wholeNumber(version))),
  ],
  [
    "GET",
    "/api/models/:/events",
    async ({ registry }, [model = ""]) => found(await registry.events(model, 200)),
  ],
  ["GET", "/api/models/:/aliases/:", showAlias],
  ["PUT", "/api/models/:/aliases/:", moveAlias],
  [
    "GET",
    "/api/models/:/runs",
    async ({ registry }, [model = ""]) => found(await registry.runs(model)),
  ],
  ["POST", "/api/models/:/runs", startRun],
  ["GET", "/api/models/:/runs/:", showRun],
  ["POST", "/api/models/:/checks", startCheck],
  ["POST", "/api/models/:/batches", startBatch],
  [
    "GET",
    "/api/models/:/definition",
    async (deps, [model = ""], { query }) =>
      found(await definitionOf(deps, model, query.get("digest") ?? undefined)),
  ],
  [
    "GET",
    "/api/models/:/reports/drift",
    async (deps, [model = ""]) => found(await lastDriftReport(deps, model)),
  ],
  ["GET", "/api/models/:/usage", showUsage],
  ["GET", "/api/alerts", async ({ recentAlerts }) => found(await recentAlerts())],
  [
    "GET",
    "/api/executions/:",
    async ({ executions }, [name = ""]) => found(known(executions, name)),
  ],
];

const found = (body: unknown): ControlAnswer => ({ status: 200, body });

function wholeNumber(text: string | undefined): number {
  const value = Number(text);
  if (!Number.isInteger(value)) {
    throw new InvalidInputError(`a version is a whole number, got ${JSON.stringify(text)}`);
  }
  return value;
}

function aliasName(text: string | undefined): AliasName {
  const alias = ALIAS_NAMES.find((name) => name === text);
  if (!alias) {
    throw new InvalidInputError(
      `an alias is one of ${ALIAS_NAMES.join(", ")}, got ${JSON.stringify(text)}`,
    );
  }
  return alias;
}

/** Longest name of a model or a run; the registry's server takes no key that is far longer. */
export const LONGEST_NAME = 80;

function known(executions: Executions, name: string): Execution {
  const execution = executions.find(name);
  if (!execution) throw new NotFoundError(`no execution ${name} since the platform was started`);
  return execution;
}

async function listModels({ registry, executions }: ControlApiDeps): Promise<ControlAnswer> {
  const models = await registry.models();
  const aliases = await Promise.all(models.map(({ model }) => registry.aliases(model)));
  const running = executions.running();
  return found(
    models.map((record, i) => ({
      ...record,
      aliases: aliases[i],
      running: running.filter(({ model }) => model === record.model),
    })),
  );
}

async function showModel(
  { registry, executions }: ControlApiDeps,
  [model = ""]: readonly string[],
): Promise<ControlAnswer> {
  const record = await registry.model(model);
  const aliases = await registry.aliases(model);
  const running = executions.running().filter((execution) => execution.model === model);
  return found({ ...record, aliases, running });
}

async function showAlias(
  { registry }: ControlApiDeps,
  [model = "", alias]: readonly string[],
  { query }: { readonly query: URLSearchParams },
): Promise<ControlAnswer> {
  const at = query.get("at") ?? undefined;
  const name = aliasName(alias);
  if (at === undefined) {
    const record = (await registry.aliases(model)).find((other) => other.alias === name);
    if (!record) throw new NotFoundError(`${model} has no ${name}`);
    return found(record);
  }
  if (Number.isNaN(Date.parse(at))) {
    throw new InvalidInputError(`at is an instant in ISO 8601, got ${JSON.stringify(at)}`);
  }
  const version = await registry.aliasAt(model, name, new Date(at).toISOString());
  return found({ model, alias: name, at, version: version ?? null });
}

async function moveAlias(
  { promote }: ControlApiDeps,
  [model = "", alias]: readonly string[],
  { body }: { readonly body: unknown },
): Promise<ControlAnswer> {
  const move = parseMessage(aliasBody, body);
  return found(await promote({ model, alias: aliasName(alias), ...move }));
}

async function startRun(
  { executions }: ControlApiDeps,
  [model = ""]: readonly string[],
  { body }: { readonly body: unknown },
): Promise<ControlAnswer> {
  const order = parseMessage(startBody, body);
  const { name } = executions.start("training", { model, ...order });
  return { status: 202, body: { model, runId: name } };
}

async function showRun(
  { registry, executions }: ControlApiDeps,
  [model = "", runId = ""]: readonly string[],
): Promise<ControlAnswer> {
  if (runId.length > LONGEST_NAME) throw new NotFoundError("no run has so long an id");
  const started = executions.find(runId);
  const execution = started?.model === model ? started : undefined;
  const run = await registry.run(model, runId).catch((error: Error) => {
    // the execution is there a moment before its first state has written the record
    if (execution && error instanceof NotFoundError) return undefined;
    throw error;
  });
  return found({ run: run ?? null, execution: execution ?? null });
}

/** What a model keeps and how long its predictions and its last drift check took: of a cost's quantities. */
async function showUsage(
  { store, executions }: ControlApiDeps,
  [model = ""]: readonly string[],
): Promise<ControlAnswer> {
  const check = executions.lastSucceeded("monitoring", model);
  const state = check?.states.find((known) => known.state === "CheckDrift");
  const durationMs = state?.endedAt === undefined ? undefined : state.endedAt - state.startedAt;
  const usage = await modelUsage(store, model);
  return found({ ...usage, check: durationMs === undefined ? null : { durationMs } });
}

async function startCheck(
  { executions }: ControlApiDeps,
  [model = ""]: readonly string[],
  { body }: { readonly body: unknown },
): Promise<ControlAnswer> {
  const order = parseMessage(checkBody, body);
  const { name } = executions.start("monitoring", { model, ...order });
  return { status: 202, body: { model, execution: name } };
}

async function startBatch(
  { executions, store }: ControlApiDeps,
  [model = ""]: readonly string[],
  { body }: { readonly body: unknown },
): Promise<ControlAnswer> {
  const { name: batch, files, ...order } = parseMessage(batchBody, body);
  await addToBatch(store, { model, name: batch }, files);
  const { name } = executions.start("batch-prediction", { model, input: batch, ...order });
  return { status: 202, body: { model, batch, execution: name } };
}
