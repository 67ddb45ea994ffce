import type { Task } from "../../definition/task.ts";
import type { LabelledFrame } from "../../training/training-frame.ts";
import { fitWeights, weighted } from "./fit-weights.ts";
import { clipped, logOdds, memberScores } from "./member-scores.ts";

/** How the predictions of several models become one model's raw scores. Plain JSON. */
export interface Blend {
  /**
   * probabilities: the weighted mean of the members' probabilities. scores: the weighted sum of their
   * log-odds, logarithms of probabilities, or numbers, and the intercept.
   */
  readonly of: "probabilities" | "scores";
  /** One a member. */
  readonly weights: readonly number[];
  readonly intercept: number;
}

/**
 * Fits how members are put together on the validation split. average: each counts the same; rankings,
 * whose scores have no common unit, are divided by their standard deviation first. stacking: by
 * `fitWeights`.
 *
 * @param members predictions of each on the split, shape [rows * width]
 */
export function fitBlend(
  method: "average" | "stacking",
  task: Task,
  members: readonly Float32Array[],
  validation: Pick<LabelledFrame, "labels" | "rows" | "weights">,
): Blend {
  if (method === "stacking") {
    const scores = members.map((predictions) => memberScores(task, predictions));
    return { of: "scores", ...fitWeights(task, scores, validation) };
  }
  const even = members.map(() => 1 / members.length);
  if (task.type !== "ranking") {
    const of = task.type === "regression" ? "scores" : "probabilities";
    return { of, weights: even, intercept: 0 };
  }
  const weights = members.map((scores) => 1 / (members.length * (deviation(scores) || 1)));
  return { of: "scores", weights, intercept: 0 };
}

/**
 * The raw scores of an ensemble: sigmoid or softmax of them gives its probabilities.
 *
 * @param members predictions of each, in the order of the blend, shape [rows * width]
 */
export function blendScores(
  { of, weights, intercept }: Blend,
  task: Task,
  members: readonly Float32Array[],
): Float64Array {
  if (of === "scores") {
    const scores = members.map((predictions) => memberScores(task, predictions));
    return weighted(scores, [...weights, intercept]);
  }
  const means = weighted(
    members.map((predictions) => Float64Array.from(predictions)),
    [...weights, intercept],
  );
  return means.map((mean) =>
    task.type === "binary" ? logOdds(clipped(mean)) : Math.log(clipped(mean)),
  );
}

function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / values.length);
}
