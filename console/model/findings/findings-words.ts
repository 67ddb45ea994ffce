import type { MetricName } from "../../../core/definition/metrics.ts";
import type { Interval, SliceCondition } from "../../../core/run/evaluation-results.ts";
import type { RunReport } from "../../../core/run/run-report.ts";
import { numberWords } from "../../words.ts";

/** Bars that there is room for. */
const MOST_BARS = 10;

/** `0.6000 to 0.6600`; `-` where there is none. */
export const intervalWords = (interval: Interval | undefined) =>
  interval ? `${numberWords(interval.low)} to ${numberWords(interval.high)}` : "-";

/** `origin = ORD, hour is missing` */
export const sliceWords = (where: readonly SliceCondition[]) =>
  where
    .map(({ column, value }) => `${column} ${value === null ? "is missing" : `= ${value}`}`)
    .join(", ");

/** A rate as it stands in a table; `-` where no row defines it. */
export const rateWords = (rate: number | null) => numberWords(rate ?? undefined);

export interface MetricLine {
  readonly name: MetricName;
  readonly value: number | undefined;
  readonly interval: Interval | undefined;
  /** null where the champion was not measured; absent where there was none. */
  readonly champion?: number | null;
}

/** Every metric that was measured, as the report lists them. */
export function metricLines({
  metrics,
  intervals,
  champion,
}: Pick<RunReport, "metrics" | "intervals" | "champion">): readonly MetricLine[] {
  return (Object.keys(metrics) as MetricName[]).map((name) => ({
    ...{ name, value: metrics[name], interval: intervals[name] },
    ...(champion && { champion: champion.metrics?.[name] ?? null }),
  }));
}

export interface Bar {
  readonly input: string;
  readonly value: number;
  /** Of the longest bar, 0..1. */
  readonly share: number;
}

/** The largest of some amounts by input, as bars; an amount below 0 has none. */
export function topBars(
  amounts: readonly { readonly input: string; readonly value: number }[],
): readonly Bar[] {
  const largest = amounts.toSorted((a, b) => b.value - a.value).slice(0, MOST_BARS);
  const most = Math.max(largest[0]?.value ?? 0, Number.MIN_VALUE);
  return largest.map(({ input, value }) => ({ input, value, share: Math.max(value, 0) / most }));
}
