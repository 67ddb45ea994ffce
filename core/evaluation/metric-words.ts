import { type MetricName, metricsOf } from "../definition/metrics.ts";
import { TASK_TYPES, type TaskType } from "../definition/task.ts";
import type { Metrics } from "../registry/records.ts";

/** Names of metrics as people write them. */
export const METRIC_WORDS: Readonly<Record<MetricName, string>> = {
  rocAuc: "ROC-AUC",
  prAuc: "PR-AUC",
  logLoss: "log-loss",
  brier: "Brier score",
  accuracy: "accuracy",
  precision: "precision",
  recall: "recall",
  f1: "F1",
  topTwoAccuracy: "top-2 accuracy",
  topThreeAccuracy: "top-3 accuracy",
  macroPrecision: "macro precision",
  macroRecall: "macro recall",
  macroF1: "macro F1",
  weightedPrecision: "weighted precision",
  weightedRecall: "weighted recall",
  weightedF1: "weighted F1",
  microF1: "micro F1",
  macroRocAuc: "macro ROC-AUC",
  calibrationError: "calibration error",
  rmse: "RMSE",
  mae: "MAE",
  mape: "MAPE",
  r2: "R²",
  medianAbsoluteError: "median absolute error",
  pinballLoss: "pinball loss",
  quantileCoverageError: "quantile coverage error",
  ndcg: "NDCG",
  ndcgAt5: "NDCG@5",
  ndcgAt10: "NDCG@10",
  map: "MAP",
  mrr: "MRR",
};

/** The two metrics of a task that a line has room for. */
const HEADLINES: Readonly<Record<TaskType, readonly [MetricName, MetricName]>> = {
  binary: ["rocAuc", "logLoss"],
  multiclass: ["logLoss", "accuracy"],
  regression: ["rmse", "r2"],
  ranking: ["ndcgAt10", "mrr"],
};

/**
 * The two metrics that a line has room for, found by what was measured: records of versions do not say
 * their task.
 *
 * @returns those of a binary task where nothing was measured.
 */
export function headlineMetrics(metrics: Metrics): readonly [MetricName, MetricName] {
  const names = Object.keys(metrics) as readonly MetricName[];
  const task = TASK_TYPES.find((type) => {
    const known = metricsOf(type);
    return names.every((name) => known.includes(name));
  });
  return HEADLINES[task ?? "binary"];
}

/** `test ROC-AUC 0.6934, log-loss 0.4713`; `-` for what was not measured. */
export function testMetricsInWords(metrics: Metrics): string {
  const words = headlineMetrics(metrics).map(
    (name) => `${METRIC_WORDS[name]} ${metrics[name]?.toFixed(4) ?? "-"}`,
  );
  return `test ${words.join(", ")}`;
}
