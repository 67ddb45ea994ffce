import type { ObjectStore } from "../ports/object-store.ts";
import type { PredictedFile, UselessFile } from "./stored.ts";

export interface PredictFileRequest {
  readonly store: ObjectStore;
  readonly model: string;
  readonly version: number;
  /** Of the batch. */
  readonly name: string;
  /** Path below the batch's prefix; results are named by it. */
  readonly file: string;
  /** Of the file's object. */
  readonly key: string;
}

/**
 * Scores every row of one input file and stores the results, once. What was stored before is found
 * and answered again.
 *
 * @throws {NotFoundError} if there is no such version.
 * @throws {IntegrityError} if the version's files are damaged.
 * @throws {UnavailableError} if store or registry is.
 */
export type PredictFile = (request: PredictFileRequest) => Promise<PredictedFile | UselessFile>;
