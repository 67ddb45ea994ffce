import type { TaskType } from "../definition/task.ts";
import { correlation, midranks } from "./midranks.ts";

/** Rows that a score needs at least: with fewer, chance alone predicts well. */
const FEWEST_ROWS = 100;
/** Rows of a class that a score needs. */
const FEWEST_OF_CLASS = 10;
/** Bins of numbers where classes are told by them. */
const BINS = 64;

/** One column of a sample of the training split, with what is to be predicted. */
export interface SampledColumn {
  /** Numbers or texts; null is missing, and a value of its own. Shape [n]. */
  readonly values: readonly (number | string | null)[];
  /** As in a dataset: class numbers, or numbers. Shape [n]. */
  readonly labels: readonly number[];
  /** 0 or 1: texts are learnt on one half and judged on the other. Shape [n]. */
  readonly halves: readonly number[];
}

/**
 * How well one column predicts the target alone, 0..1.
 *
 * binary: the area under the ROC curve of the numbers, either way round, or of the share of class 1
 * that each text has in the other half. regression, ranking: Spearman's rank correlation, without its
 * sign, of the numbers or of each text's mean. multiclass: Goodman and Kruskal's lambda, which is the
 * share of the errors of always guessing the commonest class that the column saves, each value's (or,
 * of 64 bins, each bin's) class learnt on the other half. Texts that no row of the other half has say
 * nothing, so a column of ids scores as chance does.
 *
 * @returns null where there are too few rows to tell: under 100, or under 10 of a class
 */
export function leakageScore(task: TaskType, column: SampledColumn): number | null {
  const { values, labels } = column;
  if (labels.length < FEWEST_ROWS) return null;
  const isText = values.some((value) => typeof value === "string");
  if (task === "multiclass") {
    return hasClasses(labels) ? lambda(isText ? column : binned(column)) : null;
  }
  if (task === "binary" && !hasClasses(labels)) return null;
  const numbers = isText ? meansOfOtherHalf(column) : values.map(asNumber);
  if (task === "binary") {
    const area = rocArea(numbers, labels);
    return isText ? area : Math.max(area, 1 - area);
  }
  return Math.abs(correlation(midranks(numbers), midranks(labels)));
}

/** Missing is below every number. */
const asNumber = (value: number | string | null): number =>
  value === null ? Number.NEGATIVE_INFINITY : Number(value);

function hasClasses(labels: readonly number[]): boolean {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts.size > 1 && [...counts.values()].every((count) => count >= FEWEST_OF_CLASS);
}

/** By the rank sum of class 1 (Mann and Whitney); ties count half. */
function rocArea(numbers: readonly number[], labels: readonly number[]): number {
  const ranks = midranks(numbers);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const rankSum = labels.reduce((sum, label, i) => sum + label * (ranks[i] as number), 0);
  const below = rankSum - (positives * (positives + 1)) / 2;
  return below / (positives * (labels.length - positives));
}

/** Each value's mean label in the other half; the mean of all where that half has no such value. */
function meansOfOtherHalf({ values, labels, halves }: SampledColumn): readonly number[] {
  const sums = new Map<string, { sum: number; rows: number }>();
  for (const [i, label] of labels.entries()) {
    const key = keyOf(halves[i] as number, values[i] as string | null);
    const { sum, rows } = sums.get(key) ?? { sum: 0, rows: 0 };
    sums.set(key, { sum: sum + label, rows: rows + 1 });
  }
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  return values.map((value, i) => {
    const other = sums.get(keyOf(1 - (halves[i] as number), value));
    return other === undefined ? mean : other.sum / other.rows;
  });
}

const keyOf = (half: number, value: number | string | null) => `${half}:${JSON.stringify(value)}`;

function binned(column: SampledColumn): SampledColumn {
  const numbers = column.values.map(asNumber);
  const distinct = new Set(numbers).size;
  if (distinct <= BINS) return column;
  const ranks = midranks(numbers);
  return { ...column, values: ranks.map((rank) => Math.floor(((rank - 1) * BINS) / ranks.length)) };
}

function lambda({ values, labels, halves }: SampledColumn): number {
  const counts = new Map<string, Map<number, number>>();
  const all = new Map<number, number>();
  for (const [i, label] of labels.entries()) {
    const key = keyOf(halves[i] as number, values[i] as number | string | null);
    const classes = counts.get(key) ?? new Map<number, number>();
    counts.set(key, classes.set(label, (classes.get(label) ?? 0) + 1));
    all.set(label, (all.get(label) ?? 0) + 1);
  }
  const commonest = mostFrequent(all);
  const isRight = (i: number) => {
    const other = counts.get(keyOf(1 - (halves[i] as number), values[i] as number | string | null));
    return (other === undefined ? commonest : mostFrequent(other)) === labels[i];
  };
  const errors = labels.filter((_label, i) => !isRight(i)).length;
  const guessed = labels.length - (all.get(commonest) as number);
  return Math.max(0, 1 - errors / guessed);
}

/** The class with most rows; of several the least. */
const mostFrequent = (counts: ReadonlyMap<number, number>): number =>
  [...counts].sort(([a, n], [b, m]) => m - n || a - b)[0]?.[0] as number;
