import { z } from "zod";
import type { PlannedObject } from "./source-plan.ts";

const rows = z.int().min(0);

const lineageObjectSchema = z
  .strictObject({
    key: z.string(),
    sizeBytes: z.int().min(0),
    etag: z.string(),
    versionId: z.string().exactOptional(),
    /** Rows that were read of it, broken ones too. */
    rows,
    /** Rows that broke the contract. */
    quarantined: rows,
  })
  .readonly();

/**
 * `lineage.json` of a run, and of the dataset that it made: the objects that the rows came from. A
 * dataset is named by its rows, so that another run may have made the same one of other objects: each
 * run keeps its own.
 */
export const lineageSchema = z
  .strictObject({
    model: z.string(),
    runId: z.string(),
    datasetDigest: z.string(),
    objects: z.array(lineageObjectSchema).readonly(),
  })
  .readonly();
export type Lineage = z.output<typeof lineageSchema>;

/** How many rows one source file had. */
export interface FileRows {
  readonly read: number;
  readonly broken: number;
}

/** @param files rows of each object, in the plan's order */
export function lineageOf(
  run: Pick<Lineage, "model" | "runId" | "datasetDigest">,
  objects: readonly PlannedObject[],
  files: readonly FileRows[],
): Lineage {
  return {
    ...run,
    objects: objects.map(({ name: _inKey, ...object }, i) => {
      const { read, broken } = files[i] as FileRows;
      return { ...object, rows: read, quarantined: broken };
    }),
  };
}
