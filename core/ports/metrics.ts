/** CloudWatch's names of units that Millrace uses. */
export type MetricUnit = "Count" | "Milliseconds" | "Seconds" | "Bytes" | "None";

export interface Metric {
  readonly name: string;
  readonly unit: MetricUnit;
  readonly value: number;
}

/**
 * Writes metrics with the dimensions they are kept by. Dimensions must come from a bounded set
 * (a model's name, a feature's name, never an id): each combination is billed as a metric.
 */
export type EmitMetrics = (
  dimensions: Readonly<Record<string, string>>,
  metrics: readonly Metric[],
) => void;
