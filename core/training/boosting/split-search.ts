import type { Split } from "./tree.ts";

export interface SplitParameters {
  readonly l1: number;
  readonly l2: number;
  readonly minLeafWeight: number;
  readonly minLeafRows: number;
  readonly minGain: number;
  readonly categoryL2: number;
  readonly categorySmoothing: number;
  /**
   * Of each feature: 1 where scores may only rise with it, -1 where they may only fall, else 0. Absent
   * where no feature is bound.
   */
  readonly monotone?: Int8Array | undefined;
}

/** Sums over the rows of a leaf. */
export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

/** Values that a leaf may have, so that trees stay monotone. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

export const UNBOUND: Bounds = {
  lower: Number.NEGATIVE_INFINITY,
  upper: Number.POSITIVE_INFINITY,
};

/** A split with the sums of its left side. */
export interface FoundSplit {
  readonly split: Split;
  readonly left: Sums;
  /** L2 penalty on the values of both children. */
  readonly l2: number;
}

/** What a leaf with these sums is worth: G^2 / (H + l2), G shortened by l1. */
export function score(gradient: number, hessian: number, l1: number, l2: number): number {
  const short = shortened(gradient, l1);
  return (short * short) / (hessian + l2);
}

/** The best value of a leaf, -G / (H + l2) with G shortened by l1, within its bounds. */
export function leafValue(
  { gradient, hessian }: Pick<Sums, "gradient" | "hessian">,
  l1: number,
  l2: number,
  { lower, upper }: Bounds,
): number {
  return Math.min(Math.max(-shortened(gradient, l1) / (hessian + l2), lower), upper);
}

function shortened(gradient: number, l1: number): number {
  if (l1 === 0) return gradient;
  return Math.sign(gradient) * Math.max(Math.abs(gradient) - l1, 0);
}

/** What both sides of a split have to keep to. */
export interface SplitRules {
  readonly l1: number;
  readonly l2: number;
  readonly bounds: Bounds;
  /** Whether any value is bound; else `bounds` and `direction` are not looked at. */
  readonly isBound: boolean;
  /** 1: the right side may not be below the left one; -1: not above it; 0: either. */
  readonly direction: number;
}

/** What both sides are worth, NaN where the split would break the feature's direction. */
export function worthOf(
  gradient: number,
  hessian: number,
  gradientRight: number,
  hessianRight: number,
  rules: SplitRules,
): number {
  const { l1, l2 } = rules;
  if (rules.isBound) return boundWorth(gradient, hessian, gradientRight, hessianRight, rules);
  return score(gradient, hessian, l1, l2) + score(gradientRight, hessianRight, l1, l2);
}

function boundWorth(
  gradient: number,
  hessian: number,
  gradientRight: number,
  hessianRight: number,
  { l1, l2, bounds, direction }: SplitRules,
): number {
  const left = leafValue({ gradient, hessian }, l1, l2, bounds);
  const right = leafValue({ gradient: gradientRight, hessian: hessianRight }, l1, l2, bounds);
  if ((right - left) * direction < 0) return Number.NaN;
  return (
    worthAt(left, gradient, hessian, l1, l2) + worthAt(right, gradientRight, hessianRight, l1, l2)
  );
}

/** What a leaf of that value is worth: -(2 G v + (H + l2) v^2), as LightGBM's GetLeafGainGivenOutput. */
function worthAt(value: number, gradient: number, hessian: number, l1: number, l2: number): number {
  return -(2 * shortened(gradient, l1) * value + (hessian + l2) * value * value);
}

/** What the leaf is worth while it is not split. */
export function leafWorth(sums: Sums, { l1, l2, bounds, isBound }: SplitRules): number {
  const { gradient, hessian } = sums;
  if (!isBound) return score(gradient, hessian, l1, l2);
  return worthAt(leafValue(sums, l1, l2, bounds), gradient, hessian, l1, l2);
}

/** The bins of one feature within a histogram. */
export interface FeatureHistogram {
  readonly histogram: Float64Array;
  readonly start: number;
  readonly binCount: number;
  readonly feature: number;
}
