import type { LoadedDefinition } from "../definition/loaded-definition.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import type { LastDataset } from "../quality/quality-report.ts";
import type { PrepareOutput } from "../run/messages.ts";

export interface PrepareRequest {
  readonly store: ObjectStore;
  readonly loaded: LoadedDefinition;
  readonly runId: string;
  /** When the run began, ISO 8601: what freshness is told from. Not judged if absent. */
  readonly startedAt?: string;
  /** What the data is compared with; absent where there is no earlier dataset. */
  readonly last?: LastDataset;
  /** The files' rows are taken from where `stage-source` stored them. @default false */
  readonly staged?: boolean;
}

/**
 * Checks the source files of a model against its definition and writes the dataset, unless the very
 * same one is there already.
 *
 * @throws {NotFoundError} if a source file is not in the store.
 * @throws {DataContractError} if the data cannot be used: a file that is empty or unreadable, a column
 *   missing or of a wrong type, too many broken rows, a split without rows of both classes, a quality
 *   rule broken whose action is to fail. The data-quality report is stored before.
 * @throws {InvalidInputError} if the target's expression is not one over its own columns.
 */
export type PrepareDataset = (request: PrepareRequest) => Promise<PrepareOutput>;
