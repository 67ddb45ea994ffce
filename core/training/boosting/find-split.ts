import type { FeatureBins } from "./feature-bins.ts";
import { findCategorySplit } from "./find-category-split.ts";
import { findNumberSplit } from "./find-number-split.ts";
import type { HistogramShape } from "./histogram.ts";
import type { Split } from "./tree.ts";

export interface SplitParameters {
  readonly l2: number;
  readonly minLeafWeight: number;
  readonly minLeafRows: number;
  readonly minGain: number;
  readonly categoryL2: number;
  readonly categorySmoothing: number;
}

/** Sums over the rows of a leaf. */
export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

/** A split with the sums of its left side. */
export interface FoundSplit {
  readonly split: Split;
  readonly left: Sums;
  /** L2 penalty on the values of both children. */
  readonly l2: number;
}

/** What a leaf with these sums is worth: G^2 / (H + l2). */
export function score(gradient: number, hessian: number, l2: number): number {
  return (gradient * gradient) / (hessian + l2);
}

/**
 * The split with the highest gain, above `minGain`, among the features; `undefined` if none may be
 * made. Gain = score(left) + score(right) - score(leaf), LightGBM's measure. Equal gains: the first
 * feature, then its first split.
 */
export function findSplit(
  histogram: Float64Array,
  { starts }: HistogramShape,
  bins: readonly FeatureBins[],
  features: readonly number[],
  sums: Sums,
  parameters: SplitParameters,
): FoundSplit | undefined {
  let best: FoundSplit | undefined;
  for (const feature of features) {
    const { kind, binCount } = bins[feature] as FeatureBins;
    const find = kind === "number" ? findNumberSplit : findCategorySplit;
    const found = find(
      { histogram, start: starts[feature] as number, binCount, feature },
      sums,
      parameters,
      Math.max(best?.split.gain ?? 0, parameters.minGain),
    );
    if (found) best = found;
  }
  return best;
}

/** The bins of one feature within a histogram. */
export interface FeatureHistogram {
  readonly histogram: Float64Array;
  readonly start: number;
  readonly binCount: number;
  readonly feature: number;
}
