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

/**
 * The best border of a numeric feature. Missing values are tried on both sides; where the leaf has
 * none, they will follow the larger child.
 *
 * @returns `undefined` unless the gain is above `gainToBeat`
 */
export function findNumberSplit(
  of: FeatureHistogram,
  sums: Sums,
  bounds: Bounds,
  parameters: SplitParameters,
  gainToBeat: number,
): FoundSplit | undefined {
  const { l1, l2, monotone } = parameters;
  const isBound = monotone !== undefined;
  const rules = { l1, l2, bounds, isBound, direction: monotone?.[of.feature] ?? 0 };
  const hasMissing = (of.histogram[of.start + 2] as number) > 0;
  const right = scan(of, sums, parameters, rules, gainToBeat, false, hasMissing);
  if (!hasMissing) return right;
  return scan(of, sums, parameters, rules, right?.split.gain ?? gainToBeat, true, true) ?? right;
}

function scan(
  { histogram, start, binCount, feature }: FeatureHistogram,
  sums: Sums,
  { minLeafWeight, minLeafRows }: SplitParameters,
  rules: SplitRules,
  gainToBeat: number,
  missingLeft: boolean,
  hasMissing: boolean,
): FoundSplit | undefined {
  const unsplit = leafWorth(sums, rules);
  let gradient = missingLeft ? (histogram[start] as number) : 0;
  let hessian = missingLeft ? (histogram[start + 1] as number) : 0;
  let rows = missingLeft ? (histogram[start + 2] as number) : 0;
  let bestGain = gainToBeat;
  let bestBin = 0;
  let left: Sums = sums;
  // Every number left and missing right is a split as well, but only where something is missing.
  const lastBin = hasMissing && !missingLeft ? binCount - 1 : binCount - 2;

  for (let bin = 1; bin <= lastBin; bin++) {
    const at = start + bin * STRIDE;
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
      bestBin = bin;
      left = { gradient, hessian, rows };
    }
  }
  if (bestBin === 0) return undefined;
  const missingGoesLeft = hasMissing ? missingLeft : left.rows * 2 >= sums.rows;
  return {
    split: { kind: "number", feature, gain: bestGain, lastLeftBin: bestBin, missingGoesLeft },
    left,
    l2: rules.l2,
  };
}
