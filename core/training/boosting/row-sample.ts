/** The rows of a round. */
export interface RowSample {
  readonly count: number;
  /** Row numbers, ascending, at its start; absent where all rows are taken. */
  readonly rows?: Uint32Array;
  /** How many times each row counts, shape [all rows]; absent where each counts once. */
  readonly factors?: Float64Array;
}
