import type { EmitMetrics } from "../ports/metrics.ts";
import type { DriftReport } from "./drift-report.ts";

/** Emits what a report found: how many predictions and drifted columns, and each column's index. */
export function emitDriftMetrics(emitMetrics: EmitMetrics, report: DriftReport): void {
  const { model, verdict, predictions, columns } = report;
  // Too few predictions say nothing, and must not set off an alarm.
  const judged = verdict === "not-enough-data" ? [] : columns;
  const drifted = judged.filter(({ hasDrifted }) => hasDrifted).length;
  emitMetrics({ Model: model }, [
    { name: "DriftPredictions", unit: "Count", value: predictions },
    { name: "DriftedColumns", unit: "Count", value: drifted },
  ]);
  for (const { name, psi } of judged) {
    emitMetrics({ Model: model, Feature: name }, [{ name: "DriftPsi", unit: "None", value: psi }]);
  }
}
