import type { z } from "zod";
import { linearParameters } from "../../../../core/definition/parameters/linear.ts";
import type { Task } from "../../../../core/definition/task.ts";
import { trainLinear } from "../../../../core/training/linear/train-linear.ts";
import { toPredictions } from "../../../../core/training/predictions.ts";
import type { FrameColumn, LabelledFrame } from "../../../../core/training/training-frame.ts";
import { withoutRows } from "../frames.ts";

export type Parameters = z.input<typeof linearParameters>;

export const BINARY: Task = { type: "binary" };
export const REGRESSION: Task = { type: "regression", quantiles: [] };
/** So many classes, named by their index. */
export const classesOf = (count: number): Task => ({
  type: "multiclass",
  classes: Array.from({ length: count }, (_, k) => `${k}`),
});

/** Parameters that lead to the minimum itself. */
export const EXACT: Parameters = { tolerance: 1e-11, maxIterations: 20_000 };

/** A linear model with every parameter that is not given at its documented default. */
export function train(
  task: Task,
  frame: LabelledFrame,
  parameters: Parameters = {},
  { seed = 1, validation = withoutRows(frame) } = {},
) {
  const model = trainLinear(linearParameters.parse(parameters), task, seed, frame, validation);
  return { ...model, predict: (rows: LabelledFrame) => toPredictions(task, model.scores(rows)) };
}

/** Rows with numbers to predict. */
export function numberFrame(
  columns: readonly FrameColumn[],
  labels: readonly number[],
  weights?: readonly number[],
): LabelledFrame {
  const frame = { rows: labels.length, columns, labels: Float64Array.from(labels) };
  return weights ? { ...frame, weights: Float64Array.from(weights) } : frame;
}
