import type { LabelledFrame } from "../../training-frame.ts";
import type { FeatureBins } from "../feature-bins.ts";
import type { HistogramShape } from "../histogram.ts";

/**
 * The rows of a split while trees are added, and what is done to all of them: plain JavaScript
 * (`plain-rows.ts`) and WebAssembly (`wasm-rows.ts`) give the same numbers, bit by bit.
 *
 * A tree orders the rows so that those of a leaf lie together: a range is places begin..end - 1 of
 * that order.
 */
export interface BoostingRows {
  readonly count: number;
  /** The order: row numbers, shape [count]. A tree on a sample of n rows uses the first n places. */
  readonly order: Uint32Array;
  /** Log-odds so far, shape [>= count]. */
  readonly scores: Float64Array;
  /** Gradient and hessian of each row by its score; returns the mean log-loss, NaN for no rows. */
  fillSlopes(): number;
  /** Puts all rows in order, ascending. */
  enumerate(): void;
  /**
   * Sums gradients, hessians and rows of a range over every bin of every feature.
   *
   * @param into is overwritten; from the histograms of these kernels
   */
  sumUp(begin: number, end: number, into: Float64Array): void;
  /**
   * Moves rows that go left before those that go right, each side in its old order.
   *
   * @param goesLeft bit `bin` is set where the bin goes left, shape [8]
   * @returns where the right side begins
   */
  partition(begin: number, end: number, feature: number, goesLeft: Uint32Array): number;
  addToScores(begin: number, end: number, value: number): void;
}

export interface BoostingKernels {
  readonly train: BoostingRows;
  readonly held: BoostingRows;
  /** A histogram, at most `histograms` times. */
  allocate(): Float64Array;
}

export interface KernelsInput {
  readonly train: LabelledFrame;
  readonly validation: LabelledFrame;
  readonly bins: readonly FeatureBins[];
  readonly shape: HistogramShape;
  /** Log-odds that every row begins with. */
  readonly baseScore: number;
  /** How many histograms there may be. */
  readonly histograms: number;
}

/** Rows whose packed slopes are summed before their sum is unpacked: 2^13, or fields run over. */
export const PACKED_ROWS = 8192;

/** Rows whose rounding errors are handed on from row to row; a unit of work for a thread. */
export const SLOPE_BLOCK_ROWS = 65_536;
