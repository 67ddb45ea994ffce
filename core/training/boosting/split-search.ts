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

/** The bins of one feature within a histogram. */
export interface FeatureHistogram {
  readonly histogram: Float64Array;
  readonly start: number;
  readonly binCount: number;
  readonly feature: number;
}
