import { STRIDE } from "./histogram.ts";
import {
  type FeatureHistogram,
  type FoundSplit,
  type SplitParameters,
  type Sums,
  score,
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
  parameters: SplitParameters,
  gainToBeat: number,
): FoundSplit | undefined {
  const hasMissing = (of.histogram[of.start + 2] as number) > 0;
  const right = scan(of, sums, parameters, gainToBeat, false, hasMissing);
  if (!hasMissing) return right;
  return scan(of, sums, parameters, right?.split.gain ?? gainToBeat, true, true) ?? right;
}

function scan(
  { histogram, start, binCount, feature }: FeatureHistogram,
  sums: Sums,
  { l2, minLeafWeight, minLeafRows }: SplitParameters,
  gainToBeat: number,
  missingLeft: boolean,
  hasMissing: boolean,
): FoundSplit | undefined {
  const leafScore = score(sums.gradient, sums.hessian, l2);
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
      score(gradient, hessian, l2) + score(sums.gradient - gradient, hessianRight, l2) - leafScore;
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
    l2,
  };
}
