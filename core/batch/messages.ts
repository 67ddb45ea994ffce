import { z } from "zod";
import { executionName, modelName } from "../run/message-names.ts";
import { batchFiles } from "../storage-keys.ts";

/**
 * What the states of `batch-prediction.asl.json` pass to each other: names and counts, never rows and
 * never the list of files.
 */
const model = modelName;
const runId = executionName;
const name = executionName;
const version = z.int().positive();

/** A batch by its name, or by the prefix that its files lie below. */
const input = z
  .string()
  .regex(
    /^(batches\/[^/]+\/[^/]+\/input\/|[\w-][\w.-]{0,79})$/,
    `must be a batch's name, or batches/<model>/<name>/${batchFiles.input}`,
  );

/** A batch's name as a schedule gives it: with an instant in it, whose colons no key has. */
const scheduledInput = z.preprocess(
  (text) => (typeof text === "string" ? text.replaceAll(":", "-") : text),
  input,
);

/** Where the files of a batch lie: its own `input/`, or a part of what data is prepared from. */
const prefix = z
  .string()
  .max(512)
  .regex(
    /^(batches|sources)\/([^/]+\/)+$/,
    "must be a prefix such as sources/<model>/<folder>/, with / at its end",
  );

/** Files that are predicted at a time, where nobody says: few enough for a new account. */
const DEFAULT_CONCURRENCY = 5;

export const startBatchInput = z.object({
  /** The execution that asks. A retry is of the same one, and must find the same. */
  execution: z.object({ name: executionName, startedAt: z.iso.datetime() }),
  /** What the execution was started with. */
  input: z.object({
    model,
    input: scheduledInput,
    /** @default the batch's own `input/` */
    prefix: prefix.optional(),
    /** @default the champion, as it is at the start */
    version: version.optional(),
    // Step Functions runs at most 10,000; Lambda's own quota is 1,000 to begin with.
    maxConcurrency: z.int().min(1).max(1_000).default(DEFAULT_CONCURRENCY),
    reason: z.string().min(1).max(500),
    requestedBy: z.string().min(1).max(200),
  }),
});
export interface StartBatchOutput {
  readonly name: string;
  readonly version: number;
  /** Prefix of the files, which the Map lists. */
  readonly prefix: string;
  readonly files: number;
  readonly maxConcurrency: number;
}

export const predictFileInput = z.object({
  model,
  runId,
  name,
  version,
  /** As `StartBatchOutput` has it. */
  prefix,
  file: z.object({ key: z.string().min(1), sizeBytes: z.int().min(0) }),
});
export type PredictFileOutput =
  | { readonly file: string; readonly usable: false }
  | {
      readonly file: string;
      readonly usable: true;
      readonly rows: number;
      readonly rejected: number;
    };

export const endBatchInput = z.object({ model, runId, name });
export interface EndBatchOutput {
  readonly version: number;
  readonly files: number;
  readonly rows: number;
  readonly scored: number;
  readonly rejected: number;
  readonly reportKey: string;
}
