import { NotFoundError } from "../errors.ts";
import { inParallel } from "../in-parallel.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import { batchFiles, storageKeys } from "../storage-keys.ts";
import { parseStored } from "../stored-json.ts";
import {
  type BatchOrder,
  batchOrderSchema,
  type PredictedFile,
  predictedFileSchema,
} from "./stored.ts";
import { storedIfAny } from "./stored-if-any.ts";

/** How far a batch is, by what lies in the store: whoever works on it, and whether anybody does. */
export interface BatchProgress extends BatchOrder {
  /** Below the batch's prefix, as of now. */
  readonly files: number;
  readonly done: number;
  /** Of the files that are done. */
  readonly rows: number;
  readonly scored: number;
  readonly rejected: number;
  /** When the last of them was done, ISO 8601. */
  readonly lastEndedAt?: string;
  /** Whether its report is written: it has ended. */
  readonly hasEnded: boolean;
}

/** Reports read at a time. */
const PARALLEL = 16;

/** @throws {NotFoundError} if no batch of this name was ever started */
export async function batchProgress(
  store: Pick<ObjectStore, "get" | "head" | "list">,
  model: string,
  name: string,
): Promise<BatchProgress> {
  const folder = storageKeys.batch(model, name);
  const order = await storedIfAny(store, `${folder}/${batchFiles.order}`, batchOrderSchema);
  if (order === undefined) throw new NotFoundError(`${model} has no batch ${name}`);
  const inputs = await keysBelow(store, order.prefix ?? `${folder}/${batchFiles.input}`);
  const reports = await keysBelow(store, `${folder}/${batchFiles.done}`);
  const done = await inParallel(reports, PARALLEL, async (key) =>
    parseStored(predictedFileSchema, await store.get(key), "report of a predicted file"),
  );
  const sum = (of: (file: PredictedFile) => number) => done.reduce((all, f) => all + of(f), 0);
  const lastEndedAt = done
    .map(({ endedAt }) => endedAt)
    .sort()
    .at(-1);
  return {
    ...order,
    files: inputs.length,
    done: done.length,
    rows: sum(({ rows }) => rows),
    scored: sum(({ scored }) => scored),
    rejected: sum(({ rejected }) => rejected),
    ...(lastEndedAt !== undefined && { lastEndedAt }),
    hasEnded: (await store.head(`${folder}/${batchFiles.report}`)) !== undefined,
  };
}

/** Keys of files: what the S3 console makes for a folder is an object too. */
async function keysBelow(
  store: Pick<ObjectStore, "list">,
  prefix: string,
): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) if (!key.endsWith("/")) keys.push(key);
  return keys;
}
