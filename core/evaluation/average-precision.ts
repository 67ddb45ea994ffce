import type { ScoreRanking } from "./score-ranking.ts";

/**
 * Area under the precision-recall curve as average precision: the mean of precision over steps of
 * recall, without interpolation.
 *
 * AP = sum over i of (R_i - R_(i-1)) * P_i, over distinct scores from the highest down; what
 * scikit-learn's `average_precision_score` gives.
 *
 * @returns 0..1; the share of class 1 for a constant score; `undefined` if no row is of class 1.
 */
export function averagePrecision(ranking: ScoreRanking): number | undefined {
  const { positives, truePositives, falsePositives } = ranking;
  if (positives === 0) return undefined;
  let sum = 0;
  let before = 0;
  for (let i = 0; i < truePositives.length; i++) {
    const found = truePositives[i] as number;
    // Where recall stays there is no step; before the first row that counts there is no precision.
    if (found === before) continue;
    sum += ((found - before) * found) / (found + (falsePositives[i] as number));
    before = found;
  }
  return sum / positives;
}
