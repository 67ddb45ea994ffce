import { contextColumns } from "../definition/context-columns.ts";
import type { StoredDefinition } from "../definition/model-definition.ts";
import { type ModelInput, modelInputs } from "../definition/model-inputs.ts";
import { type Task, taskOf } from "../definition/task.ts";

/** Names of a dataset's columns that no definition gives. */
export const DATASET_COLUMNS = {
  weight: "__weight",
  /** Which query of its split a row belongs to: 0, 1, 2… */
  query: "__query",
  eventTime: "__event_time",
} as const;

/** What every row of a dataset has. */
export interface DatasetShape {
  readonly inputs: readonly ModelInput[];
  readonly context: readonly ModelInput[];
  readonly task: Task;
  readonly hasWeight: boolean;
  readonly hasTime: boolean;
}

/** Whether kept rows of the training split stand for others. Weights that are all equal order nothing. */
const countsForOthers = ({ sampling, balance, target }: StoredDefinition): boolean =>
  target.type !== "ranking" && (sampling ?? balance) !== undefined;

/** What the rows that a definition asks for have. */
export function datasetShape(definition: StoredDefinition): DatasetShape {
  return {
    inputs: modelInputs(definition),
    context: contextColumns(definition),
    task: taskOf(definition.target),
    hasWeight: definition.weight !== undefined || countsForOthers(definition),
    hasTime: definition.source.eventTime !== undefined,
  };
}
