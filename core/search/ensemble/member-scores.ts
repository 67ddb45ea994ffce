import type { Task } from "../../definition/task.ts";

/** Probabilities nearer to 0 or 1 count as this far from them: float32 has no nearer ones below 1. */
export const LEAST_PROBABILITY = 1e-7;

/**
 * A member's predictions on the scale that members are combined on by stacking: log-odds, logarithms
 * of probabilities, or the numbers themselves.
 *
 * @param predictions row by row, shape [rows * width]
 */
export function memberScores(task: Task, predictions: Float32Array): Float64Array {
  switch (task.type) {
    case "binary":
      return Float64Array.from(predictions, (probability) => logOdds(clipped(probability)));
    case "multiclass":
      return Float64Array.from(predictions, (probability) => Math.log(clipped(probability)));
    case "regression":
    case "ranking":
      return Float64Array.from(predictions);
  }
}

export const clipped = (probability: number) =>
  Math.min(1 - LEAST_PROBABILITY, Math.max(LEAST_PROBABILITY, probability));

export const logOdds = (probability: number) => Math.log(probability) - Math.log1p(-probability);
