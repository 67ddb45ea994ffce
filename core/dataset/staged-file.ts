import { z } from "zod";
import type { LoadedDefinition } from "../definition/loaded-definition.ts";
import type { ObjectStore } from "../ports/object-store.ts";

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const storedPart = z.object({ name: z.string().min(1), sha256: digest });

/** A file beside a report, and what its bytes must be. */
export type StagedPart = z.output<typeof storedPart>;

/**
 * `report.json` below `storageKeys.staged`: what one source file turned out to hold, or why it cannot
 * be used. A file that cannot be used is a finding, not a failure of its task: a Distributed Map tells
 * of a failed child only that there was one.
 */
export const stagedFileSchema = z.union([
  z.strictObject({
    file: z.string(),
    read: z.int().min(0),
    broken: z.int().min(0),
    /** Rows that belong to a split. */
    rows: storedPart,
    /** The broken rows; absent where there are none. */
    quarantine: storedPart.optional(),
  }),
  z.strictObject({
    file: z.string(),
    error: z.object({ name: z.string().min(1), message: z.string() }),
  }),
]);
export type StagedFile = z.output<typeof stagedFileSchema>;

export interface StageRequest {
  readonly store: ObjectStore;
  readonly loaded: LoadedDefinition;
  readonly runId: string;
  /** Place of the file in `source.files`. */
  readonly index: number;
}

/**
 * Reads, checks and completes the rows of one source file and stores them for `prepare`. What was
 * stored before is found and answered again.
 *
 * @throws {InvalidInputError} if the definition has no such file.
 * @throws {UnavailableError} if the store is.
 */
export type StageSource = (request: StageRequest) => Promise<StagedFile>;
