import type { Confusion } from "../run/evaluation-results.ts";
import type { ScoredRows } from "./score-ranking.ts";

/**
 * Counts of rows by predicted and true class, each row by its weight. A row is predicted 1 where its
 * score reaches the threshold, both as float32: the graph compares float32 numbers, and 0.7 is not one.
 *
 * @param threshold 0..1
 */
export function confusion(rows: ScoredRows, threshold: number): Confusion {
  return countCells(confusionCells(rows, threshold), rows.weights);
}

/** Cell of each row, 2 * label + prediction; shape [n]. */
export function confusionCells({ labels, scores }: ScoredRows, threshold: number): Uint8Array {
  const limit = Math.fround(threshold);
  const cells = new Uint8Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const predicted = Math.fround(scores[row] as number) >= limit ? 1 : 0;
    cells[row] = 2 * (labels[row] as number) + predicted;
  }
  return cells;
}

/** @param weights of the rows; each counts 1 without */
export function countCells(cells: Uint8Array, weights: Float64Array | undefined): Confusion {
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row] as 0 | 1 | 2 | 3;
    counts[cell] += weights === undefined ? 1 : (weights[row] as number);
  }
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts;
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}
