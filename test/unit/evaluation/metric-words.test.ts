import { describe, expect, it } from "vitest";
import { type MetricName, metricsOf } from "../../../core/definition/metrics.ts";
import { TASK_TYPES, type TaskType } from "../../../core/definition/task.ts";
import { headlineMetrics, testMetricsInWords } from "../../../core/evaluation/metric-words.ts";

const HEADLINES: Readonly<Record<TaskType, readonly MetricName[]>> = {
  binary: ["rocAuc", "logLoss"],
  multiclass: ["logLoss", "accuracy"],
  regression: ["rmse", "r2"],
  ranking: ["ndcgAt10", "mrr"],
};

describe("metrics in words", () => {
  it.each(TASK_TYPES)("tell what a %s model is judged by", (type) => {
    const metrics = Object.fromEntries(metricsOf(type).map((name) => [name, 0.5]));

    expect(headlineMetrics(metrics)).toEqual(HEADLINES[type]);
  });

  it("tell them of records that lack some", () => {
    expect(headlineMetrics({ rmse: 3 })).toEqual(HEADLINES.regression);
    expect(headlineMetrics({})).toEqual(HEADLINES.binary);
    expect(headlineMetrics({ rocAuc: 0.7, rmse: 3 }), "no task has both").toEqual(HEADLINES.binary);
  });

  it("are one line", () => {
    expect(testMetricsInWords({ rocAuc: 0.69336, logLoss: 0.47129 })).toBe(
      "test ROC-AUC 0.6934, log-loss 0.4713",
    );
    expect(testMetricsInWords({ rmse: 31.4 })).toBe("test RMSE 31.4000, R² -");
  });
});
