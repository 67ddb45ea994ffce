import { type MetricName, worseBy } from "../definition/metrics.ts";
import type { Task } from "../definition/task.ts";
import type { Slice, SliceReport } from "../run/evaluation-results.ts";
import type { FrameColumn } from "../training/training-frame.ts";
import { measure } from "./measure.ts";
import { type MeasuredRows, unitsOf } from "./measured-rows.ts";
import { metricSpread } from "./metric-spread.ts";
import { normalUpperQuantile } from "./normal-quantile.ts";
import { queryColumns } from "./query-columns.ts";
import { columnGroups, pairGroups, type SliceGroup } from "./slice-groups.ts";
import { sliceColumn } from "./sliced-column.ts";
import { takeMeasured } from "./take-rows.ts";

export interface SliceOptions {
  readonly metric: MetricName;
  /** Columns whose slices are all reported. @default none */
  readonly asked?: readonly string[];
  /** Whether pairs of the asked columns are slices too. @default false */
  readonly pairs?: boolean;
  /** Most spans of a numeric column. @default 5 */
  readonly bins?: number;
  /** Slices with fewer rows (queries, of a ranking) are left out, >= 2. @default 100 */
  readonly minRows?: number;
  /** Most slices among the worst. @default 10 */
  readonly most?: number;
  /** Certainty that no slice is called worse by chance, 0.5 to 1. @default 0.95 */
  readonly confidence?: number;
  /** Bootstrap samples that a standard error comes from. @default 100 */
  readonly samples?: number;
  readonly seed: number;
}

type Settings = Required<SliceOptions>;

/** A slice that was measured, before it is known how many were. */
interface Measured {
  readonly slice: Omit<Slice, "worseByAtLeast">;
  readonly isAsked: boolean;
}

/**
 * Rows that have a value in common, and how the model does on them: all slices of the columns that were
 * asked for, and the worst ones of any column.
 *
 * A slice is among the worst if it is worse by more than chance explains. Its standard error is the
 * larger of that of its own rows and that of as many rows drawn from all; slices of few rows have a
 * large one. The bound allows for the number of slices tried (Bonferroni), and the worst are ordered by
 * it and not by the difference. So a tiny slice that did badly by chance does not win. Compare "slice
 * finding": Chung et al. (2019), Slice Finder.
 *
 * A ranking is sliced by query: by columns that are the same in all rows of a query.
 *
 * @param columns of the rows, the model's inputs and others, each of shape [rows]
 * @returns `undefined` where the rows do not define the metric
 * @throws {InvalidInputError} as `measure`
 */
export function slices(
  task: Task,
  rows: MeasuredRows,
  columns: readonly FrameColumn[],
  options: SliceOptions,
): SliceReport | undefined {
  const settings = settingsOf(options);
  const { metric, confidence, most } = settings;
  const overall = measure(task, rows, [metric])[metric];
  if (overall === undefined) return undefined;
  const measured: Measured[] = [];
  const whole = { rows, overall, spread: metricSpread(task, rows, settings) ?? 0 };
  for (const { group, isAsked } of allGroups(rows, columns, settings)) {
    const slice = measureSlice(task, whole, group, { ...settings, isAsked });
    if (slice !== undefined) measured.push({ slice, isAsked });
  }
  const quantile = normalUpperQuantile((1 - confidence) / Math.max(1, measured.length));
  const bounded = measured.map(({ slice, isAsked }) => ({
    ...withBound(slice, quantile),
    isAsked,
  }));
  const inReport = ({ isAsked: _, ...slice }: (typeof bounded)[number]): Slice => slice;
  return {
    metric,
    overall,
    tried: measured.length,
    asked: bounded
      .filter(({ isAsked }) => isAsked)
      .toSorted((a, b) => b.worseBy - a.worseBy)
      .map(inReport),
    worst: bounded
      .filter(({ worseByAtLeast }) => (worseByAtLeast ?? 0) > 0)
      .toSorted((a, b) => (b.worseByAtLeast as number) - (a.worseByAtLeast as number))
      .slice(0, most)
      .map(inReport),
  };
}

function settingsOf(options: SliceOptions): Settings {
  return {
    asked: [],
    pairs: false,
    bins: 5,
    minRows: 100,
    most: 10,
    confidence: 0.95,
    samples: 100,
    ...options,
  };
}

/** Columns with more slices are not paired: their pairs would hold next to no rows. */
const MOST_PAIRED_SLICES = 256;

function* allGroups(
  rows: MeasuredRows,
  columns: readonly FrameColumn[],
  { asked, pairs, bins, minRows }: Settings,
): Generator<{ readonly group: SliceGroup; readonly isAsked: boolean }> {
  const askedColumns = [];
  for (const column of queryColumns(columns, rows.groups)) {
    const sliced = sliceColumn(column, bins);
    const isAsked = asked.includes(column.name);
    if (isAsked) askedColumns.push(sliced);
    for (const group of columnGroups(sliced, minRows)) yield { group, isAsked };
  }
  if (!pairs) return;
  const paired = askedColumns.filter(({ values }) => values.length <= MOST_PAIRED_SLICES);
  for (const [i, first] of paired.entries()) {
    for (const second of paired.slice(i + 1)) {
      for (const group of pairGroups(first, second, minRows)) yield { group, isAsked: true };
    }
  }
}

/** All rows, beside which a slice is set. */
interface Whole {
  readonly rows: MeasuredRows;
  readonly overall: number;
  readonly spread: number;
}

function measureSlice(
  task: Task,
  { rows, overall, spread }: Whole,
  { where, units }: SliceGroup,
  options: Settings & { readonly isAsked: boolean },
): Measured["slice"] | undefined {
  const { metric } = options;
  const own = takeMeasured(rows, units);
  if (own.weights?.every((weight) => weight === 0)) return undefined;
  const value = measure(task, own, [metric])[metric];
  if (value === undefined) return undefined;
  // The slice is a part of all rows: of a share f, its difference varies by 1 - f of its variance.
  const scale = Math.sqrt(1 / units.length - 1 / unitsOf(rows));
  const worse = worseBy(metric, value, overall);
  const found = { where, rows: units.length, value, worseBy: worse };
  // Most slices differ by no more than as many rows drawn from all would: they need no closer look.
  const isCandidate = worse > normalUpperQuantile(1 - options.confidence) * spread * scale;
  if (!isCandidate && !options.isAsked) return { ...found, standardError: null };
  const ownSpread = metricSpread(task, own, options);
  const standardError = ownSpread === undefined ? null : Math.max(ownSpread, spread) * scale;
  return { ...found, standardError };
}

function withBound(slice: Measured["slice"], quantile: number): Slice {
  const { worseBy: worse, standardError } = slice;
  const worseByAtLeast = standardError === null ? null : worse - quantile * standardError;
  return { ...slice, worseByAtLeast };
}
