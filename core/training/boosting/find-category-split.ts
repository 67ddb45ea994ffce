import { STRIDE } from "./histogram.ts";
import {
  type Bounds,
  type FeatureHistogram,
  type FoundSplit,
  leafWorth,
  type SplitParameters,
  type SplitRules,
  type Sums,
  worthOf,
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
  bounds: Bounds,
  parameters: SplitParameters,
  gainToBeat: number,
): FoundSplit | undefined {
  const { l1, l2, categoryL2, monotone } = parameters;
  const rules = { l1, l2: l2 + categoryL2, bounds, isBound: monotone !== undefined, direction: 0 };
  const unsplit = leafWorth(sums, { ...rules, l2 });
  const order = orderedBins(of, parameters.categorySmoothing);
  const grow = (toBeat: number) => growSet(of, order, sums, parameters, rules, unsplit, toBeat);
  const up = grow(gainToBeat);
  order.reverse();
  const down = grow(up?.split.gain ?? gainToBeat);
  return down ?? up;
}

function orderedBins(
  { histogram, start, binCount }: FeatureHistogram,
  smoothing: number,
): number[] {
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
  { minLeafWeight, minLeafRows }: SplitParameters,
  rules: SplitRules,
  unsplit: number,
  gainToBeat: number,
): FoundSplit | undefined {
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
      worthOf(gradient, hessian, sums.gradient - gradient, hessianRight, rules) - unsplit;
    if (gain > bestGain) {
      bestGain = gain;
      bestSize = i + 1;
      left = { gradient, hessian, rows };
    }
  }
  if (bestSize === 0) return undefined;
  const members = order.slice(0, bestSize).sort((a, b) => a - b);
  return { split: { kind: "category", feature, gain: bestGain, members }, left, l2: rules.l2 };
}
