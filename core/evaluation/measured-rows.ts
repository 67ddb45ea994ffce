import type { Labels } from "../training/training-frame.ts";

/** Rows and what was predicted for them. */
export interface MeasuredRows {
  /** As in a labelled frame, shape [rows]. */
  readonly labels: Labels;
  /** As `toPredictions` gives them: row-major, shape [rows * widthOf(task)]. */
  readonly predictions: Float32Array | Float64Array;
  /** How much each row counts, finite and >= 0, shape [rows]. Absent: each counts 1. */
  readonly weights?: Float64Array | undefined;
  /** Ranking: the first row of each query and, last, the number of rows; shape [queries + 1]. */
  readonly groups?: Uint32Array | undefined;
  /** Binary: probability from which a row counts as predicted 1, 0..1. @default 0.5 */
  readonly threshold?: number | undefined;
}

/** How many there are of what is weighted, drawn and sliced: rows or, of a ranking, queries. */
export function unitsOf({ labels, groups }: MeasuredRows): number {
  return groups === undefined ? labels.length : groups.length - 1;
}
