import { InvalidInputError } from "../errors.ts";

/** Expected quality of binary predictions whose labels are not known yet. */
export interface EstimatedBinaryQuality {
  readonly rows: number;
  /** Expected counts of the confusion matrix; they add up to `rows`. */
  readonly confusion: {
    readonly truePositives: number;
    readonly falsePositives: number;
    readonly falseNegatives: number;
    readonly trueNegatives: number;
  };
  /** Share expected to be right, 0..1; `null` without rows. */
  readonly accuracy: number | null;
  /** Standard error of `accuracy` from the labels' own chance; `null` without rows. */
  readonly accuracyStandardError: number | null;
  /** Expected ROC AUC, 0..1; `null` where no pair of a positive and a negative can occur. */
  readonly rocAuc: number | null;
}

/**
 * Quality of binary predictions estimated from their calibrated probabilities alone.
 *
 * A row of probability p is a positive with chance p, independent of the others. Expected counts
 * are sums of p or 1 - p; accuracy has variance sum of p(1 - p) / n^2. ROC AUC is the expected
 * number of pairs in right order (ties count half) over the expected number of pairs.
 * Only as right as the calibration is: a changed relation of input to label does not show here.
 * Costs O(n log n).
 *
 * @param probabilities calibrated chance of the positive class, shape [n], each 0..1
 * @param threshold a row is predicted positive at or above it, 0..1
 * @returns finite numbers, or `null` where a metric is undefined; never NaN
 * @throws {InvalidInputError} if a probability or the threshold is not within 0..1
 */
export function estimateBinaryQuality(
  probabilities: readonly number[],
  threshold: number,
): EstimatedBinaryQuality {
  requireShare(threshold, "threshold");
  probabilities.forEach((p, row) => {
    requireShare(p, `probabilities[${row}]`);
  });
  const rows = probabilities.length;
  const above = probabilities.filter((p) => p >= threshold);
  const below = probabilities.filter((p) => p < threshold);
  const truePositives = sum(above);
  const falseNegatives = sum(below);
  const trueNegatives = sum(below.map((p) => 1 - p));
  const variance = sum(probabilities.map((p) => p * (1 - p)));
  return {
    rows,
    confusion: {
      truePositives,
      falsePositives: sum(above.map((p) => 1 - p)),
      falseNegatives,
      trueNegatives,
    },
    accuracy: rows === 0 ? null : (truePositives + trueNegatives) / rows,
    accuracyStandardError: rows === 0 ? null : Math.sqrt(variance) / rows,
    rocAuc: expectedRocAuc(probabilities),
  };
}

function expectedRocAuc(probabilities: readonly number[]): number | null {
  let pairs = 0;
  let ordered = 0;
  let negativesBelow = 0;
  let positivesBelow = 0;
  for (const tied of tiedGroups(probabilities)) {
    const positives = sum(tied);
    const negatives = sum(tied.map((p) => 1 - p));
    // A row is not a pair with itself, and n rows of one p make n(n - 1) ordered pairs.
    const [p] = tied as [number];
    const within = tied.length * (tied.length - 1) * p * (1 - p);
    ordered += positives * negativesBelow + within / 2;
    pairs += positives * negativesBelow + negatives * positivesBelow + within;
    negativesBelow += negatives;
    positivesBelow += positives;
  }
  return pairs > 0 ? ordered / pairs : null;
}

function tiedGroups(values: readonly number[]): number[][] {
  const groups = new Map<number, number[]>();
  for (const value of values.toSorted((a, b) => a - b)) {
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [value]);
    else group.push(value);
  }
  return [...groups.values()];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function requireShare(value: number, name: string): void {
  if (value >= 0 && value <= 1) return;
  throw new InvalidInputError(`${name} must be within 0..1, got ${value}`);
}
