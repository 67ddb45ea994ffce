/** What sampling left of the training rows with one label. */
export interface KeptLabel {
  /** The class's number; 0 for all rows of a regression. */
  readonly stratum: number;
  /** Rows that there were. */
  readonly rows: number;
  /** Rows that are left. */
  readonly kept: number;
}

/** Weights are whole multiples of it: sums are exact, in whatever order they are made. */
const UNIT = 2 ** -20;

/**
 * How much each row counts in the baseline of a training split that was sampled or balanced, by its label.
 * Each counts for the rows that it stands for, so that the baseline looks like live data. All are divided
 * by one number: their sum is Kish's effective sample size (1965, Survey Sampling), which is what chance is
 * judged by; rows that stand for many do not make it larger.
 *
 * @returns nothing where every row counts the same
 */
export function profileWeights(sampled: readonly KeptLabel[]): ReadonlyMap<number, number> {
  const labels = sampled.filter(({ kept }) => kept > 0);
  const stoodFor = labels.map(({ rows, kept }) => rows / kept);
  if (new Set(stoodFor).size < 2) return new Map();
  const sum = labels.reduce((all, { rows }) => all + rows, 0);
  const squares = labels.reduce((all, { rows, kept }) => all + (rows * rows) / kept, 0);
  const scale = sum / squares;
  return new Map(
    labels.map(({ stratum }, i) => {
      const weight = (stoodFor[i] as number) * scale;
      return [stratum, Math.max(Math.round(weight / UNIT), 1) * UNIT] as const;
    }),
  );
}
