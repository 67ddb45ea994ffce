import { z } from "zod";
import type { SourcePlan } from "./source-plan.ts";

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

const lineageEventsSchema = z
  .strictObject({
    stream: z.string(),
    key: z.string(),
    sizeBytes: z.int().min(0),
    etag: z.string(),
    versionId: z.string().exactOptional(),
    /** Events in it, whether they lie within reach of a row or not. */
    rows,
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
    /** History and events that aggregates were made of; absent without such. */
    events: z.array(lineageEventsSchema).readonly().exactOptional(),
  })
  .readonly();
export type Lineage = z.output<typeof lineageSchema>;

/** How many rows one source file had. */
export interface FileRows {
  readonly read: number;
  readonly broken: number;
}

export const streamRowsSchema = z
  .strictObject({
    stream: z.string(),
    objects: z.array(z.strictObject({ key: z.string(), rows }).readonly()).readonly(),
    /** Events that break their contract: they do not count. */
    broken: rows,
  })
  .readonly();
/** What was read of a stream's past. */
export type StreamRows = z.output<typeof streamRowsSchema>;

/** @param rows of each source object, in the plan's order, and of each object of events */
export function lineageOf(
  run: Pick<Lineage, "model" | "runId" | "datasetDigest">,
  { objects, events = [] }: Pick<SourcePlan, "objects" | "events">,
  {
    files,
    events: read = [],
  }: { readonly files: readonly FileRows[]; readonly events?: readonly StreamRows[] },
): Lineage {
  const rowsOf = new Map(
    read.flatMap((stream) => stream.objects.map(({ key, rows }) => [key, rows] as const)),
  );
  const used = events.flatMap((object) => {
    const rows = rowsOf.get(object.key);
    return rows === undefined ? [] : [{ ...object, rows }];
  });
  return {
    ...run,
    objects: objects.map(({ name: _inKey, ...object }, i) => {
      const { read, broken } = files[i] as FileRows;
      return { ...object, rows: read, quarantined: broken };
    }),
    ...(used.length > 0 && { events: used }),
  };
}
