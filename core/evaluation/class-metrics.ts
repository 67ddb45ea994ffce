import type { Confusion } from "../run/evaluation-results.ts";

/** What depends on the threshold. A share of no rows counts as 0, as scikit-learn's default. */

/** Share of rows whose class was predicted right: (TP + TN) / n. */
export function accuracy(counts: Confusion): number {
  const right = counts.truePositives + counts.trueNegatives;
  return share(right, right + counts.falsePositives + counts.falseNegatives);
}

/** Share of rows predicted 1 that are 1: TP / (TP + FP). */
export function precision({ truePositives, falsePositives }: Confusion): number {
  return share(truePositives, truePositives + falsePositives);
}

/** Share of rows of class 1 that were predicted 1: TP / (TP + FN). */
export function recall({ truePositives, falseNegatives }: Confusion): number {
  return share(truePositives, truePositives + falseNegatives);
}

/**
 * Weighted harmonic mean of precision and recall:
 * (1 + b^2) * TP / ((1 + b^2) * TP + b^2 * FN + FP) (van Rijsbergen 1979).
 *
 * @param beta how many times as important recall is as precision, > 0
 * @returns 0..1
 */
export function fBeta(
  counts: Pick<Confusion, "truePositives" | "falsePositives" | "falseNegatives">,
  beta: number,
): number {
  const weight = beta * beta;
  const found = (1 + weight) * counts.truePositives;
  return share(found, found + weight * counts.falseNegatives + counts.falsePositives);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
