import type { CategoryProfile } from "./baseline.ts";
import type { SplitName } from "./manifest.ts";

/** Most values that are named as the most frequent. */
export const FREQUENT_VALUES = 10;

/** What a numeric column of a split is like. */
export interface NumberStatistics {
  readonly kind: "number";
  readonly rows: number;
  readonly missing: number;
  /** Exact up to 4,096 values, else within 1.6% (one standard error). */
  readonly distinct: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Of the population. */
  readonly standardDeviation: number | null;
  /** Each within 2^-8 (0.4%) of the exact one. */
  readonly quantiles: readonly (readonly [share: number, value: number])[];
  /** The more frequent first; none where there are more than 4,096 distinct values. */
  readonly frequent: readonly (readonly [value: number, rows: number])[];
}

/** What a column of strings of a split is like; every number is exact. */
export interface CategoryStatistics {
  readonly kind: "category";
  readonly rows: number;
  readonly missing: number;
  readonly distinct: number;
  readonly frequent: readonly (readonly [value: string, rows: number])[];
}

export type ColumnStatistics = NumberStatistics | CategoryStatistics;

/** `statistics.json` of a dataset: inputs, context and the label by name, split by split. */
export type DatasetStatistics = Readonly<
  Record<SplitName, Readonly<Record<string, ColumnStatistics>>>
>;

/** @param profile counts of all strings of the column */
export const categoryStatistics = (profile: CategoryProfile): CategoryStatistics => ({
  kind: "category",
  rows: profile.rows,
  missing: profile.missing,
  distinct: profile.distinct,
  frequent: profile.counts.slice(0, FREQUENT_VALUES),
});
