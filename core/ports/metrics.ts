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
 *
 * @param facts ids and the like, kept beside the values: to be searched for, not to be summed up
 */
export type EmitMetrics = (
  dimensions: Readonly<Record<string, string>>,
  metrics: readonly Metric[],
  facts?: Readonly<Record<string, string | number | undefined>>,
) => void;
