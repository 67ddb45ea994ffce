import { InvalidInputError } from "../errors.ts";
import type { Frame, FrameColumn, LabelledFrame } from "./training-frame.ts";

/** Names that the graph gives to its outputs; a column cannot have one. */
const OUTPUT_NAMES = ["label", "probabilities"];

/**
 * Fails unless a model can be trained.
 *
 * @throws {InvalidInputError} if there is no column, a name is taken, the target has one class only,
 *   or the columns of the validation split are not those of the training split.
 */
export function checkTrainable(train: LabelledFrame, validation: LabelledFrame): void {
  if (train.columns.length === 0)
    throw new InvalidInputError("a model needs one input or more, got 0");
  for (const { name } of train.columns) {
    if (OUTPUT_NAMES.includes(name)) {
      throw new InvalidInputError(`${name} is an output of every model; rename the input`);
    }
  }
  let positives = 0;
  for (const label of train.labels) positives += label;
  if (positives === 0 || positives === train.rows) {
    throw new InvalidInputError(
      `target has one class only: ${train.rows - positives} rows of class 0 and ${positives} of class 1 in the training split`,
    );
  }
  checkColumns(validation, train.columns);
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
