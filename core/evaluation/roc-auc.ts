import type { ScoreRanking } from "./score-ranking.ts";

/**
 * Area under the ROC curve: the probability that a random row of class 1 scores above a random row
 * of class 0, ties counting half.
 *
 * AUC = (pairs in order + pairs tied / 2) / (positives * negatives), the Mann-Whitney U statistic
 * (Hanley & McNeil 1982). Without weights counts stay exact: products of 2^26 rows fit a double.
 *
 * @returns 0..1; 0.5 for a constant score; `undefined` if only one class is there.
 */
export function rocAuc(ranking: ScoreRanking): number | undefined {
  const { positives, negatives, truePositives, falsePositives } = ranking;
  if (positives === 0 || negatives === 0) return undefined;
  let twiceInOrder = 0;
  let above = 0;
  let negativesAbove = 0;
  for (let i = 0; i < truePositives.length; i++) {
    const upTo = truePositives[i] as number;
    const negativesUpTo = falsePositives[i] as number;
    twiceInOrder += (above + upTo) * (negativesUpTo - negativesAbove);
    above = upTo;
    negativesAbove = negativesUpTo;
  }
  return twiceInOrder / 2 / (positives * negatives);
}
