import { z } from "zod";
import type { LoadedDefinition } from "../definition/loaded-definition.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import { streamRowsSchema } from "./lineage.ts";

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const storedPart = z.object({ name: z.string().min(1), sha256: digest });

/** A file beside a report, and what its bytes must be. */
export type StagedPart = z.output<typeof storedPart>;

const usableFile = z.strictObject({
  file: z.string(),
  read: z.int().min(0),
  broken: z.int().min(0),
});
const uselessFile = z.strictObject({
  file: z.string(),
  error: z.object({ name: z.string().min(1), message: z.string() }),
});
/** A source file, and why it cannot be used. */
export type UselessFile = z.output<typeof uselessFile>;

/**
 * `report.json` below `storageKeys.staged`: what the source files of one shard turned out to hold, or
 * why they cannot be used. A file that cannot be used is a finding, not a failure of its task: a
 * Distributed Map tells of a failed child only that there was one.
 */
export const stagedShardSchema = z.union([
  z.strictObject({
    files: z.array(usableFile).min(1),
    /** Rows that belong to a split. */
    rows: storedPart,
    /** The broken rows, one part for each file that has some. */
    quarantine: z.array(storedPart),
    /** `SplitSketches` of the rows; absent where only combining tells which split a row is in. */
    sketches: storedPart.exactOptional(),
    /** What was read of the streams' past for aggregates; absent without such. */
    events: z.array(streamRowsSchema).readonly().exactOptional(),
    /** DuckDB types of each column of the files; reports made before types were kept have none. */
    types: z.record(z.string(), z.array(z.string()).readonly()).readonly().exactOptional(),
  }),
  /** Those of the shard's files that cannot be used. */
  z.strictObject({ useless: z.array(uselessFile).min(1) }),
]);
export type StagedShard = z.output<typeof stagedShardSchema>;

export interface StageRequest {
  readonly store: ObjectStore;
  readonly loaded: LoadedDefinition;
  readonly runId: string;
  /** Place of the shard in the run's source plan. */
  readonly index: number;
}

/**
 * Reads, checks and completes the rows of one shard of a run's source and stores them for `prepare`.
 * What was stored before is found and answered again.
 *
 * @throws {InvalidInputError} if the run's plan has no such shard.
 * @throws {UnavailableError} if the store is.
 */
export type StageSource = (request: StageRequest) => Promise<StagedShard>;
