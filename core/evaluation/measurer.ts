import type { MetricName } from "../definition/metrics.ts";
import type { Metrics } from "../registry/records.ts";

/** Metrics by name. Each is computed when it is asked for; `undefined`: these rows do not define it. */
export type MetricTable = Readonly<Partial<Record<MetricName, () => number | undefined>>>;

/**
 * Rows that were checked and sorted once, so that they can be measured under many weights. A weight of
 * 2 is the row twice, one of 0 the row left out: a bootstrap sample is nothing but other weights.
 */
export interface Measurer {
  /** Of what is weighted: rows or, of a ranking, queries. All 1 where none were given; shape [units]. */
  readonly weights: Float64Array;
  /** @param weights not negative, not all 0, shape [units] */
  readonly table: (weights: Float64Array) => MetricTable;
}

/** Those of the named metrics that the table defines. */
export function readMetrics(table: MetricTable, names: readonly MetricName[]): Metrics {
  const metrics: Partial<Record<MetricName, number>> = {};
  for (const name of names) {
    const value = table[name]?.();
    if (value !== undefined) metrics[name] = value;
  }
  return metrics;
}

/** Calls `make` when its value is first asked for, and never again. */
export function lazy<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
