import { canonicalJson } from "../../core/canonical-json.ts";
import { emitDriftMetrics } from "../../core/drift/drift-metrics.ts";
import { type DriftReport, driftedNames } from "../../core/drift/drift-report.ts";
import { parseDriftReport } from "../../core/drift/parse-drift-report.ts";
import { ConflictError } from "../../core/errors.ts";
import type { EmitMetrics } from "../../core/ports/metrics.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { type CheckDriftOutput, checkDriftInput } from "../../core/run/messages.ts";
import { parseMessage } from "../../core/run/parse-message.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { type CompareDeps, compareWindow } from "./compare-window.ts";

export interface CheckDriftDeps extends CompareDeps {
  readonly store: Pick<ObjectStore, "get" | "head" | "put">;
  readonly registry: Pick<Registry, "model" | "aliases" | "record">;
  readonly emitMetrics: EmitMetrics;
}

/**
 * Compares the champion's predictions of the last window with its baseline, and says what it found.
 * An execution is answered by one report and one event: a retry finds the report and repeats it, even
 * if more predictions were logged or the champion changed meanwhile. Its metrics may come twice.
 */
export const makeHandler =
  (deps: CheckDriftDeps) =>
  async (event: unknown): Promise<CheckDriftOutput> => {
    const { execution, input } = parseMessage(checkDriftInput, event);
    const { model, until = execution.startedAt } = input;
    const reportKey = storageKeys.driftReport(model, execution.startedAt, execution.name);
    const report = await onlyReport(deps, reportKey, () => compareWindow(deps, model, until));

    emitDriftMetrics(deps.emitMetrics, report);
    await deps.registry.record(
      {
        model,
        kind: "drift-reported",
        by: "check-drift",
        why: `${report.predictions} predictions from ${report.window.from} to ${report.window.until}: ${report.verdict}`,
        subject: report.version === null ? "no champion" : `version ${report.version}`,
        to: reportKey,
      },
      { id: execution.name, at: report.createdAt },
    );
    const { verdict, version, predictions } = report;
    return { verdict, version, predictions, drifted: driftedNames(report), reportKey };
  };

/** The report under a key; made and stored by the first who asks. */
async function onlyReport(
  { store }: CheckDriftDeps,
  key: string,
  make: () => Promise<DriftReport>,
): Promise<DriftReport> {
  if (await store.head(key)) return parseDriftReport(await store.get(key));
  const report = await make();
  try {
    await store.put(key, canonicalJson(report));
    return report;
  } catch (error) {
    // A try that had timed out was still at work, and was quicker.
    if (error instanceof ConflictError) return parseDriftReport(await store.get(key));
    throw error;
  }
}
