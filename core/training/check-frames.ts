import { OUTPUT_NAMES, type Task } from "../definition/task.ts";
import { InvalidInputError } from "../errors.ts";
import type { Frame, FrameColumn, LabelledFrame } from "./training-frame.ts";

/** Largest relevance of a row in a ranking: 2^31 is the gain that it stands for. */
export const LARGEST_RELEVANCE = 31;

/**
 * Fails unless a model can be trained.
 *
 * @throws {InvalidInputError} if there is no column or no row, a name is taken, a label is not one of
 *   the task's, classes have one class only, or the columns of the validation split are not those of the
 *   training split.
 */
export function checkTrainable(task: Task, train: LabelledFrame, validation: LabelledFrame): void {
  if (train.columns.length === 0)
    throw new InvalidInputError("a model needs one input or more, got 0");
  for (const { name } of train.columns) {
    if (OUTPUT_NAMES.includes(name)) {
      throw new InvalidInputError(`${name} is an output of every model; rename the input`);
    }
  }
  if (train.rows === 0) throw new InvalidInputError("training split has no rows");
  for (const frame of [train, validation]) {
    checkLabels(task, frame);
    checkWeights(frame);
  }
  if (train.weights?.every((weight) => weight === 0)) {
    throw new InvalidInputError("every row of the training split has the weight 0");
  }
  if (task.type === "binary" || task.type === "multiclass") checkClasses(train);
  checkColumns(validation, train.columns);
}

function checkLabels(task: Task, { labels }: LabelledFrame): void {
  const isLabel = labelTest(task);
  const row = labels.findIndex((label) => !isLabel(label));
  if (row < 0) return;
  throw new InvalidInputError(
    `row ${row} has the label ${labels[row]}, which is none of a ${task.type} target`,
  );
}

function checkWeights({ rows, weights }: LabelledFrame): void {
  if (weights === undefined) return;
  if (weights.length !== rows) {
    throw new InvalidInputError(`${rows} rows have ${weights.length} weights; each needs one`);
  }
  const row = weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (row < 0) return;
  throw new InvalidInputError(
    `row ${row} has the weight ${weights[row]}; weights are finite and not below 0`,
  );
}

function labelTest(task: Task): (label: number) => boolean {
  switch (task.type) {
    case "binary":
      return (label) => label === 0 || label === 1;
    case "multiclass":
      return (label) => Number.isInteger(label) && label >= 0 && label < task.classes.length;
    case "regression":
      return Number.isFinite;
    case "ranking":
      return (label) => Number.isInteger(label) && label >= 0 && label <= LARGEST_RELEVANCE;
  }
}

function checkClasses({ labels, rows }: LabelledFrame): void {
  const [first] = labels;
  if (labels.some((label) => label !== first)) return;
  throw new InvalidInputError(
    `target has one class only: each of the ${rows} rows of the training split is of class ${first}`,
  );
}

/** @throws {InvalidInputError} if a frame's columns are not those a model was trained on. */
export function checkColumns(frame: Frame, trained: readonly Pick<FrameColumn, "kind" | "name">[]) {
  const got = describe(frame.columns);
  const wanted = describe(trained);
  if (got !== wanted) {
    throw new InvalidInputError(`columns must be [${wanted}] as in training, got [${got}]`);
  }
}

function describe(columns: readonly Pick<FrameColumn, "kind" | "name">[]): string {
  return columns.map(({ name, kind }) => `${name}: ${kind}`).join(", ");
}
