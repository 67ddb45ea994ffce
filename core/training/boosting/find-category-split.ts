import { STRIDE } from "./histogram.ts";
import {
  type FeatureHistogram,
  type FoundSplit,
  type SplitParameters,
  type Sums,
  score,
} from "./split-search.ts";

/** Most members of a set; LightGBM's default of max_cat_threshold. Keeps graphs small. */
const MAX_MEMBERS = 32;

/**
 * The best set of categories, found as LightGBM does (Fisher 1958): categories with enough rows are
 * ordered by G / (H + categorySmoothing), then sets grow from either end of that order.
 *
 * @returns `undefined` unless the gain is above `gainToBeat`
 */
export function findCategorySplit(
  of: FeatureHistogram,
  sums: Sums,
  parameters: SplitParameters,
  gainToBeat: number,
): FoundSplit | undefined {
  const order = orderedBins(of, parameters.categorySmoothing);
  const up = growSet(of, order, sums, parameters, gainToBeat);
  const down = growSet(of, order.reverse(), sums, parameters, up?.split.gain ?? gainToBeat);
  return down ?? up;
}

function orderedBins(
  { histogram, start, binCount }: FeatureHistogram,
  smoothing: number,
): readonly number[] & { reverse(): number[] } {
  const ratio = new Float64Array(binCount);
  const bins: number[] = [];
  for (let bin = 1; bin < binCount; bin++) {
    const at = start + bin * STRIDE;
    const rows = histogram[at + 2] as number;
    if (rows === 0 || rows < smoothing) continue;
    ratio[bin] = (histogram[at] as number) / ((histogram[at + 1] as number) + smoothing);
    bins.push(bin);
  }
  return bins.sort((a, b) => (ratio[a] as number) - (ratio[b] as number) || a - b);
}

function growSet(
  { histogram, start, feature }: FeatureHistogram,
  order: readonly number[],
  sums: Sums,
  parameters: SplitParameters,
  gainToBeat: number,
): FoundSplit | undefined {
  const { minLeafWeight, minLeafRows } = parameters;
  const l2 = parameters.l2 + parameters.categoryL2;
  const leafScore = score(sums.gradient, sums.hessian, parameters.l2);
  const limit = Math.min(MAX_MEMBERS, Math.ceil(order.length / 2));
  let gradient = 0;
  let hessian = 0;
  let rows = 0;
  let bestGain = gainToBeat;
  let bestSize = 0;
  let left: Sums = sums;

  for (let i = 0; i < limit; i++) {
    const at = start + (order[i] as number) * STRIDE;
    gradient += histogram[at] as number;
    hessian += histogram[at + 1] as number;
    rows += histogram[at + 2] as number;
    if (rows < minLeafRows || hessian < minLeafWeight) continue;
    const hessianRight = sums.hessian - hessian;
    if (sums.rows - rows < minLeafRows || hessianRight < minLeafWeight) break;
    const gain =
      score(gradient, hessian, l2) + score(sums.gradient - gradient, hessianRight, l2) - leafScore;
    if (gain > bestGain) {
      bestGain = gain;
      bestSize = i + 1;
      left = { gradient, hessian, rows };
    }
  }
  if (bestSize === 0) return undefined;
  const members = order.slice(0, bestSize).sort((a, b) => a - b);
  return { split: { kind: "category", feature, gain: bestGain, members }, left, l2 };
}
