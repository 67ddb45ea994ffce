import { resolve } from "node:path";
import { type BatchProgress, batchProgress } from "../core/batch/batch-progress.ts";
import type { Execution } from "../local/executions.ts";
import { type Client, RefusedError } from "./client.ts";
import { followExecution } from "./follow-run.ts";

export interface BatchCommand {
  /** Of the batch. */
  readonly name?: string;
  readonly modelVersion?: string;
  /** Of objects, in place of files of this machine. */
  readonly prefix?: string;
  readonly reason: string;
}

interface Ended {
  readonly batch?: { readonly name: string; readonly version: number };
  readonly ended?: { readonly rows: number; readonly scored: number; readonly rejected: number };
}

/**
 * Puts files into a batch on the local platform, predicts them and waits for the end.
 *
 * @param now the batch's name where none is given
 * @returns the execution as it ended, and that in words
 * @throws {RefusedError} if the platform refuses, or ends meanwhile
 */
export async function batch(
  client: Client,
  order: { readonly model: string; readonly files: readonly string[]; readonly now: Date },
  { name, modelVersion, prefix, reason }: BatchCommand,
  write: (line: string) => void,
): Promise<{ readonly execution: Execution; readonly text: string }> {
  const { model, files, now } = order;
  if (name === undefined && prefix === undefined && files.length === 0) {
    throw new RefusedError(
      "give files to predict, a --prefix, or the --name of a batch that has some",
    );
  }
  if (modelVersion !== undefined && !/^[1-9]\d*$/.test(modelVersion)) {
    throw new RefusedError(`a version is a whole number, got ${JSON.stringify(modelVersion)}`);
  }
  const started = (await client.call("POST", `/api/models/${encodeURIComponent(model)}/batches`, {
    name: name ?? now.toISOString().replaceAll(/[:.]/g, "-"),
    files: files.map((file) => resolve(file)),
    ...(prefix !== undefined && { prefix }),
    ...(modelVersion !== undefined && { version: Number(modelVersion) }),
    reason,
    requestedBy: "cli",
  })) as { batch: string; execution: string };
  write(`batch ${started.batch}`);
  const execution = await followExecution(client, started.execution, write);
  return { execution, text: summary(model, started.batch, execution) };
}

function summary(model: string, name: string, { status, error, output }: Execution): string {
  if (status === "failed") return error ?? "the batch failed";
  const { batch, ended } = output as Ended;
  return [
    `version ${batch?.version}: ${ended?.rows} rows, ${ended?.scored} scored, ${ended?.rejected} rejected`,
    `results below batches/${model}/${name}/output/, broken rows below …/rejected/`,
  ].join("\n");
}

/** @throws {RefusedError} if the platform refuses, or there is no such stack */
export async function batchProgressAt(
  client: Client,
  order: {
    readonly model: string;
    readonly name: string;
    readonly stack?: string;
    readonly region?: string;
  },
): Promise<BatchProgress> {
  const { model, name, stack, region } = order;
  if (stack === undefined) {
    const path = `/api/models/${encodeURIComponent(model)}/batches/${encodeURIComponent(name)}`;
    return (await client.call("GET", path)) as BatchProgress;
  }
  // the clients of AWS take half a second to load, which a local command should not wait for
  const { deployedStore, describeDeployment } = await import("./deployment.ts");
  return batchProgress(deployedStore(await describeDeployment(stack, region)), model, name);
}

export function progressText({
  name,
  version,
  files,
  done,
  rows,
  scored,
  rejected,
  lastEndedAt,
  hasEnded,
}: BatchProgress): string {
  const since = lastEndedAt === undefined ? "" : `, the last at ${lastEndedAt}`;
  return [
    `batch ${name} by version ${version}: ${hasEnded ? "ended" : "not ended"}`,
    `${done} of ${files} files done${since}`,
    `${rows} rows, ${scored} scored, ${rejected} rejected`,
  ].join("\n");
}
