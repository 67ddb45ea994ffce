import { z } from "zod";
import { TASK_TYPES } from "../definition/task.ts";
import { IntegrityError } from "../errors.ts";
import { parseStored } from "../stored-json.ts";
import { labelSummarySchema } from "./label-summary.ts";

export const SPLIT_NAMES = ["train", "validation", "test"] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

const rows = z.int().min(0);

const partFileSchema = z
  .strictObject({
    /** Name below the dataset's key, such as `train/part-00000.parquet`. */
    name: z.string().min(1),
    rows,
    sizeBytes: z.int().min(0),
    sha256: z.string(),
  })
  .readonly();

const splitManifestSchema = z
  .strictObject({
    rows,
    /** Of a binary target: rows whose label is 1. */
    positives: rows.optional(),
    /** Of any other target. Read both by `labelSummary`. */
    label: labelSummarySchema.optional(),
    /** SHA-256 over the split's values in row order, whatever files they lie in. */
    contentSha256: z.string(),
    parts: z.array(partFileSchema).readonly(),
  })
  .readonly()
  .refine(({ positives, label }) => (positives === undefined) !== (label === undefined), {
    message: "must have either positives or label",
  });

const columnSchema = z
  .strictObject({ name: z.string(), kind: z.enum(["number", "category"]) })
  .readonly();

const manifestSchema = z
  .strictObject({
    model: z.string(),
    digest: z.string(),
    inputs: z.array(columnSchema).readonly(),
    /** Columns that are no inputs: what slices and protected groups are told by. @default none */
    context: z.array(columnSchema).readonly().optional(),
    target: z.string(),
    /** @default binary */
    task: z.enum(TASK_TYPES).optional(),
    /** Rows have a weight each. @default false */
    weighted: z.literal(true).optional(),
    splits: z
      .strictObject({
        train: splitManifestSchema,
        validation: splitManifestSchema,
        test: splitManifestSchema,
      })
      .readonly(),
    rowsRead: rows,
    rowsQuarantined: rows,
    /** Rows that belong to no split. */
    rowsOutside: rows,
  })
  .readonly();

/** One Parquet file of a split. */
export type PartFile = z.output<typeof partFileSchema>;

export type SplitManifest = z.output<typeof splitManifestSchema>;

/** A column of a dataset that is read by its name. */
export type DatasetColumn = z.output<typeof columnSchema>;

/**
 * `manifest.json` of a dataset. Its digest depends on nothing but the rows and those parts of the
 * definition that shape them: not on file names, row order of the source, threads, clock or place.
 *
 * The Parquet files have the model's inputs and the context by name (FLOAT or VARCHAR, NULL for
 * missing), the target by its name (UTINYINT: 0 or 1, or the place of the class; DOUBLE for regression
 * and ranking) and, where the definition has them, `__weight` (DOUBLE), `__query` (UINTEGER, the
 * place of the query in its split) and `__event_time` (TIMESTAMP). Rows are ordered by query, by
 * event time, then by every other column.
 */
export type DatasetManifest = z.output<typeof manifestSchema>;

/**
 * Reads a stored manifest.
 *
 * @throws {IntegrityError} if it is damaged, or another dataset's.
 */
export function parseManifest(bytes: Uint8Array, model: string, digest: string): DatasetManifest {
  const what = `manifest of dataset ${digest}`;
  const manifest = parseStored(manifestSchema, bytes, what);
  if (manifest.model === model && manifest.digest === digest) return manifest;
  throw new IntegrityError(
    `${what} of ${model} says it is ${manifest.digest} of ${manifest.model}`,
  );
}
