import type { EmitMetrics } from "../ports/metrics.ts";
import type { DriftReport } from "./drift-report.ts";

/**
 * Emits what a report found: how many predictions and, where there were enough to judge, how many
 * columns have drifted and each column's index. Too few predictions say nothing: they neither set off
 * an alarm nor end one.
 */
export function emitDriftMetrics(emitMetrics: EmitMetrics, report: DriftReport): void {
  const { model, verdict, predictions, columns } = report;
  emitMetrics({ Model: model }, [{ name: "DriftPredictions", unit: "Count", value: predictions }]);
  if (verdict !== "stable" && verdict !== "drifted") return;

  const drifted = columns.filter(({ hasDrifted }) => hasDrifted).length;
  emitMetrics({ Model: model }, [{ name: "DriftedColumns", unit: "Count", value: drifted }]);
  for (const { name, psi } of columns) {
    emitMetrics({ Model: model, Feature: name }, [{ name: "DriftPsi", unit: "None", value: psi }]);
  }
}
