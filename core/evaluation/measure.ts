import { type MetricName, metricsOf } from "../definition/metrics.ts";
import type { Task } from "../definition/task.ts";
import type { Metrics } from "../registry/records.ts";
import { binaryMeasurer } from "./binary-metrics.ts";
import type { MeasuredRows } from "./measured-rows.ts";
import { type Measurer, readMetrics } from "./measurer.ts";
import { multiclassMeasurer } from "./multiclass-metrics.ts";
import { rankingMeasurer } from "./ranking-metrics.ts";
import { regressionMeasurer } from "./regression-metrics.ts";

/**
 * Metrics of a model of any task over rows. A metric that the rows do not define (ROC-AUC of one class,
 * the pinball loss without quantiles) is left out.
 *
 * The order of rows changes nothing but the last bits. A weight of 2 counts as the row twice.
 *
 * @param names metrics to compute; by default all of the task
 * @throws {InvalidInputError} without rows, or if lengths do not fit, all weights are 0, or a label,
 *   prediction or weight is none that the task allows, NaN among them.
 */
export function measure(
  task: Task,
  rows: MeasuredRows,
  names: readonly MetricName[] = metricsOf(task.type),
): Metrics {
  const { weights, table } = measurerOf(task, rows);
  return readMetrics(table(weights), names);
}

/** Rows made ready to be measured under many weights. @throws {InvalidInputError} as `measure` */
export function measurerOf(task: Task, rows: MeasuredRows): Measurer {
  switch (task.type) {
    case "binary":
      return binaryMeasurer(rows);
    case "multiclass":
      return multiclassMeasurer(rows, task.classes.length);
    case "regression":
      return regressionMeasurer(rows, task.quantiles);
    case "ranking":
      return rankingMeasurer(rows);
  }
}
