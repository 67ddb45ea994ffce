/** Something that is computed for each row: a label, a weight, a row feature. */
export interface ComputedSql {
  readonly name: string;
  /** SQL over the typed columns of a row. Its result is used as `given` below. */
  readonly call: string;
  /**
   * Whether the call gives an ARRAY, for several of them: then it is made for rows that are broken, too,
   * since DuckDB has no CASE over arrays.
   */
  readonly isShared?: boolean;
  /** The final value from what was given. */
  readonly value: (given: string) => string;
  /** NULL, or text that says why a row cannot have the value. */
  readonly failure: (given: string) => string;
}
