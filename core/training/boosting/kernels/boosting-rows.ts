import type { LabelledFrame } from "../../training-frame.ts";
import type { FeatureBins } from "../feature-bins.ts";
import type { HistogramShape } from "../histogram.ts";
import type { Tree } from "../tree.ts";

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
  /** Scores so far, 0 at first: one array a target, each of shape [>= count]. */
  readonly scores: readonly Float64Array[];
  /**
   * Log-loss kernels: gradient and hessian of each row by its score. Returns the mean log-loss, NaN for
   * no rows.
   */
  fillSlopes(): number;
  /** Rows to train on by given slopes: what `setSlopes` reads, shape [count]; else empty. */
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
  /**
   * Takes gradients and hessians, each rounded to a whole number of steps, halves to even. Steps a unit
   * are powers of two, and no sum over the rows may reach 2^53 steps nor a row's number 2^30 (`stepsFor`):
   * so sums are exact, whatever their order.
   */
  setSlopes(gradientSteps: number, hessianSteps: number): void;
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
  /** Adds a value to each row of each leaf, leaf i being places begins[i]..ends[i] - 1. */
  addLeaves(
    begins: readonly number[],
    ends: readonly number[],
    values: Float64Array,
    target: number,
  ): void;
  /** Adds the tree's value for each row to its score, whatever the order; which may change. */
  addTree(tree: Tree, target: number): void;
}

export interface BoostingKernels {
  readonly train: BoostingRows;
  readonly held: BoostingRows;
  /** A histogram, at most `histograms` times. */
  allocate(): Float64Array;
  /** Turns a parent's histogram into that of the child that is left when the other is taken away. */
  subtract(parent: Float64Array, child: Float64Array): void;
  /** Ends what runs beside the caller. */
  end(): void;
}

export interface KernelsInput {
  readonly train: LabelledFrame;
  readonly validation: LabelledFrame;
  readonly bins: readonly FeatureBins[];
  readonly shape: HistogramShape;
  /** How many scores a row has: trees of different targets add to different ones. */
  readonly targets: number;
  /** Whether the kernels compute the slopes of log-loss (one target, no weights), or are given them. */
  readonly slopes: "log-loss" | "given";
  /** How many histograms there may be. */
  readonly histograms: number;
}

/** Rows whose packed slopes are summed before their sum is unpacked: 2^13, or fields run over. */
export const PACKED_ROWS = 8192;

/** Rows whose rounding errors are handed on from row to row; a unit of work for a thread. */
export const SLOPE_BLOCK_ROWS = 65_536;
