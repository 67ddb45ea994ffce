import type { Confusion } from "../run/run-report.ts";
import type { ScoredRows } from "./score-ranking.ts";

/**
 * Counts of rows by predicted and true class. A row is predicted 1 where its score reaches the
 * threshold, both as float32: the graph compares float32 numbers, and 0.7 is not one.
 *
 * @param threshold 0..1
 */
export function confusion({ labels, scores }: ScoredRows, threshold: number): Confusion {
  const limit = Math.fround(threshold);
  let truePositives = 0;
  let falsePositives = 0;
  let positives = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    positives += label;
    if (Math.fround(scores[row] as number) < limit) continue;
    truePositives += label;
    falsePositives += 1 - label;
  }
  return {
    truePositives,
    falsePositives,
    trueNegatives: labels.length - positives - falsePositives,
    falseNegatives: positives - truePositives,
  };
}
