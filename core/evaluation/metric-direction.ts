import type { MetricName } from "../definition/model-definition.ts";

/** Whether more of a metric is better or worse. Its keys are every metric there is. */
export const METRIC_DIRECTION: Readonly<Record<MetricName, "higher" | "lower">> = {
  rocAuc: "higher",
  prAuc: "higher",
  logLoss: "lower",
  brier: "lower",
  accuracy: "higher",
  precision: "higher",
  recall: "higher",
  f1: "higher",
};

/** Every metric's name, in the order reports show them. */
export const METRIC_NAMES = Object.keys(METRIC_DIRECTION) as readonly MetricName[];

/** By how much `value` is worse than `reference`; negative where it is better. */
export function regression(metric: MetricName, value: number, reference: number): number {
  return METRIC_DIRECTION[metric] === "higher" ? reference - value : value - reference;
}
