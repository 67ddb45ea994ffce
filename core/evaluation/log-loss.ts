import type { ScoredRows } from "./score-ranking.ts";

/**
 * Scores are kept this far from 0 and 1. It is the spacing of float32 numbers at 1 (2^-23): a graph
 * answers in float32, where a probability of 1 - 10^-9 reads as 1. scikit-learn clips float32 scores
 * the same way.
 */
const LOG_LOSS_CLIP = 2 ** -23;

/**
 * Mean negative log-likelihood of the labels, in nats.
 *
 * -1/n * sum of [y * ln(p) + (1 - y) * ln(1 - p)], p clipped to [clip, 1 - clip].
 *
 * @returns >= 0, at most 15.95; ln 2 for a constant score of 0.5.
 */
export function logLoss({ labels, scores }: ScoredRows): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const score = Math.min(Math.max(scores[row] as number, LOG_LOSS_CLIP), 1 - LOG_LOSS_CLIP);
    sum -= labels[row] === 1 ? Math.log(score) : Math.log1p(-score);
  }
  return sum / labels.length;
}
