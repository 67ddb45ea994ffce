import { canonicalJson } from "../../core/canonical-json.ts";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import {
  type DriftReport,
  driftedNames,
  driftReport,
  reportWithoutChampion,
} from "../../core/drift/drift-report.ts";
import type { LoadBaseline } from "../../core/drift/load-baseline.ts";
import type { CountPredictions } from "../../core/drift/prediction-counts.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { EmitMetrics } from "../../core/ports/metrics.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { type CheckDriftOutput, checkDriftInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { storageKeys } from "../../core/storage-keys.ts";

export interface CheckDriftDeps {
  readonly store: Pick<ObjectStore, "put">;
  readonly registry: Pick<Registry, "model" | "aliases" | "record">;
  readonly loadDefinition: LoadDefinition;
  readonly loadBaseline: LoadBaseline;
  readonly countPredictions: CountPredictions;
  readonly emitMetrics: EmitMetrics;
  readonly clock: Clock;
}

const HOUR_MS = 3_600_000;

/** Compares the champion's predictions of the last window with its baseline, and says what it found. */
export const makeHandler =
  (deps: CheckDriftDeps) =>
  async (event: unknown): Promise<CheckDriftOutput> => {
    const { model, until } = parseMessage(checkDriftInput, event);
    const report = await compare(deps, model, until);

    const reportKey = storageKeys.report(model, "drift", report.createdAt);
    await deps.store.put(reportKey, canonicalJson(report));
    emit(deps.emitMetrics, report);
    await deps.registry.record({
      model,
      kind: "drift-reported",
      by: "check-drift",
      why: `${report.predictions} predictions from ${report.window.from} to ${report.window.until}: ${report.verdict}`,
      subject: report.version === null ? "no champion" : `version ${report.version}`,
      to: reportKey,
    });
    const { verdict, version, predictions } = report;
    return { verdict, version, predictions, drifted: driftedNames(report), reportKey };
  };

async function compare(
  deps: CheckDriftDeps,
  model: string,
  until: string | undefined,
): Promise<DriftReport> {
  const { definitionDigest } = await deps.registry.model(model);
  const { definition } = await deps.loadDefinition(model, definitionDigest);
  const { windowHours, minPredictions, maxPsi } = definition.monitors.drift;
  const now = deps.clock();
  const end = until === undefined ? now : Date.parse(until);
  const window = { from: instant(end - windowHours * HOUR_MS), until: instant(end) };
  const frame = { model, createdAt: instant(now), window, minPredictions, maxPsi };

  const aliases = await deps.registry.aliases(model);
  const version = aliases.find(({ alias }) => alias === "champion")?.version;
  if (version === undefined) return reportWithoutChampion(frame);
  const baseline = await deps.loadBaseline(model, version);
  const counts = await deps.countPredictions({ model, version, window, baseline });
  return driftReport(frame, version, baseline, counts);
}

const instant = (ms: number): string => new Date(ms).toISOString();

function emit(emitMetrics: EmitMetrics, report: DriftReport): void {
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
