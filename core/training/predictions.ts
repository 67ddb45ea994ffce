import { type Task, widthOf } from "../definition/task.ts";
import { sigmoid } from "./log-loss.ts";

/**
 * What raw scores mean: probability of class 1, a probability for each class, or the scores as they are.
 *
 * @param scores row by row, shape [rows * width]
 * @returns the same shape
 */
export function toPredictions(task: Task, scores: Float64Array): Float64Array {
  switch (task.type) {
    case "binary":
      return scores.map(sigmoid);
    case "multiclass":
      return softmax(scores, widthOf(task));
    case "regression":
    case "ranking":
      return scores;
  }
}

/** exp(s_k) / sum of exp(s_j) for each row, with the largest score taken away first. */
export function softmax(scores: Float64Array, width: number): Float64Array {
  const probabilities = new Float64Array(scores.length);
  for (let begin = 0; begin < scores.length; begin += width) {
    const row = scores.subarray(begin, begin + width);
    const largest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    for (const score of row) sum += Math.exp(score - largest);
    row.forEach((score, k) => {
      probabilities[begin + k] = Math.exp(score - largest) / sum;
    });
  }
  return probabilities;
}
