import type { FeatureBins } from "./feature-bins.ts";
import { findCategorySplit } from "./find-category-split.ts";
import { findNumberSplit } from "./find-number-split.ts";
import type { HistogramShape } from "./histogram.ts";
import type { Bounds, FoundSplit, SplitParameters, Sums } from "./split-search.ts";

/**
 * The split with the highest gain, above `minGain`, among the features; `undefined` if none may be
 * made. Gain = worth of left + worth of right - worth of the leaf, LightGBM's measure. Equal gains: the
 * first feature, then its first split.
 *
 * @param bounds of the leaf's value, looked at where a feature is monotone
 */
export function findSplit(
  histogram: Float64Array,
  { starts }: HistogramShape,
  bins: readonly FeatureBins[],
  features: readonly number[],
  sums: Sums,
  bounds: Bounds,
  parameters: SplitParameters,
): FoundSplit | undefined {
  let best: FoundSplit | undefined;
  for (const feature of features) {
    const { kind, binCount } = bins[feature] as FeatureBins;
    const find = kind === "number" ? findNumberSplit : findCategorySplit;
    const found = find(
      { histogram, start: starts[feature] as number, binCount, feature },
      sums,
      bounds,
      parameters,
      Math.max(best?.split.gain ?? 0, parameters.minGain),
    );
    if (found) best = found;
  }
  return best;
}
