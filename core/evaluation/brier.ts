import type { ScoredRows } from "./score-ranking.ts";

/**
 * Mean squared distance of score and label: 1/n * sum of (p - y)^2 (Brier 1950, halved to one class).
 *
 * @returns 0..1; 0.25 for a constant score of 0.5.
 */
export function brier({ labels, scores }: ScoredRows): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const distance = (scores[row] as number) - (labels[row] as number);
    sum += distance * distance;
  }
  return sum / labels.length;
}
