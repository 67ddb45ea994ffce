import type { Labels } from "../training/training-frame.ts";

/** Rows by true and by predicted class. */
export interface ClassCounts {
  readonly classes: number;
  /** Weight of the rows of class i that were predicted as class j, at `i * classes + j`. */
  readonly cells: Float64Array;
}

/** What was right and wrong about one class, each row by its weight. */
export interface OneClass {
  /** Rows of the class. */
  readonly rows: number;
  /** Rows that were predicted to be of it. */
  readonly predicted: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export function countClasses(
  labels: Labels,
  predicted: Uint16Array,
  weights: Float64Array,
  classes: number,
): ClassCounts {
  const cells = new Float64Array(classes * classes);
  for (let row = 0; row < labels.length; row++) {
    const cell = (labels[row] as number) * classes + (predicted[row] as number);
    cells[cell] = (cells[cell] as number) + (weights[row] as number);
  }
  return { classes, cells };
}

/** Each class against all others. A share of no rows counts as 0, as scikit-learn's default. */
export function eachClass({ classes, cells }: ClassCounts): readonly OneClass[] {
  return Array.from({ length: classes }, (_, own) => {
    let rows = 0;
    let predicted = 0;
    for (let other = 0; other < classes; other++) {
      rows += cells[own * classes + other] as number;
      predicted += cells[other * classes + own] as number;
    }
    const right = cells[own * classes + own] as number;
    return {
      rows,
      predicted,
      precision: predicted === 0 ? 0 : right / predicted,
      recall: rows === 0 ? 0 : right / rows,
      f1: rows + predicted === 0 ? 0 : (2 * right) / (rows + predicted),
    };
  });
}

/**
 * Plain mean over the classes that rows are of or were predicted to be of, as scikit-learn: a class
 * that nothing was seen of has no say.
 */
export function macroMean(classes: readonly OneClass[], of: (one: OneClass) => number): number {
  const seen = classes.filter(({ rows, predicted }) => rows + predicted > 0);
  return seen.reduce((sum, one) => sum + of(one), 0) / seen.length;
}

/** Mean over classes, each by its rows. */
export function weightedClassMean(
  classes: readonly OneClass[],
  of: (one: OneClass) => number,
): number {
  const total = classes.reduce((sum, { rows }) => sum + rows, 0);
  return classes.reduce((sum, one) => sum + (one.rows / total) * of(one), 0);
}
