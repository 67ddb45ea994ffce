import type { LinearParameters } from "../../definition/parameters/linear.ts";
import type { Task } from "../../definition/task.ts";
import { InvalidInputError } from "../../errors.ts";
import type { LabelledFrame, Labels } from "../training-frame.ts";
import { binaryLoss, type Loss, softmaxLoss, squaredLoss } from "./losses.ts";
import { scaleOf } from "./scale.ts";
import { drawFolds, type EncodedTargets } from "./target-encoding.ts";

/** What training aims at. */
export interface Target {
  /** Regression: of mean 0 and deviation 1; else as they came. */
  readonly labels: Labels;
  readonly weights?: Float64Array | undefined;
  /** A regression's mean and deviation; 0 and 1 where labels are as they came. */
  readonly mean: number;
  readonly deviation: number;
}

/** Labels as they are trained on. */
export function targetOf(task: Task, { labels, weights }: LabelledFrame): Target {
  if (task.type !== "regression") return { labels, weights, mean: 0, deviation: 1 };
  const { mean, inverseDeviation } = scaleOf(Float64Array.from(labels), weights);
  // a constant target is learned by the intercept alone
  const deviation = inverseDeviation > 0 ? 1 / inverseDeviation : 1;
  return {
    labels: Float64Array.from(labels, (y) => (y - mean) / deviation),
    weights,
    mean,
    deviation,
  };
}

/**
 * The loss of a task; a regression's is that of its mean.
 *
 * @throws {InvalidInputError} if the task is a ranking.
 */
export function lossOf(task: Task, { labels, weights }: Pick<Target, "labels" | "weights">): Loss {
  switch (task.type) {
    case "binary":
      return binaryLoss(labels, weights);
    case "multiclass":
      return softmaxLoss(labels, weights, task.classes.length);
    case "regression":
      return squaredLoss(labels, weights);
    case "ranking":
      throw new InvalidInputError(
        "a linear model has no loss for a ranking; use gradient-boosting for it",
      );
  }
}

/** What columns of strings are encoded by; `undefined` where they have a coefficient a string. */
export function encodedTargets(
  task: Task,
  { labels, weights }: Target,
  { encoding, encodingFolds, encodingSmoothing }: LinearParameters,
  seed: number,
): EncodedTargets | undefined {
  if (encoding === "one-hot") return undefined;
  const isOf = (k: number) => Uint8Array.from(labels, (label) => (label === k ? 1 : 0));
  return {
    parts: task.type === "multiclass" ? task.classes.map((_, k) => isOf(k)) : [labels],
    weights,
    foldOf: drawFolds(labels.length, encodingFolds, seed),
    folds: encodingFolds,
    smoothing: encodingSmoothing,
  };
}
