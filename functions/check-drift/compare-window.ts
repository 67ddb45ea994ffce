import type { VersionBaseline } from "../../core/dataset/baseline.ts";
import type { LoadDefinition } from "../../core/definition/loaded-definition.ts";
import {
  type DriftReport,
  driftReport,
  reportWithoutChampion,
} from "../../core/drift/drift-report.ts";
import type { LoadBaseline } from "../../core/drift/load-baseline.ts";
import type { CountPredictions } from "../../core/drift/prediction-counts.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Registry } from "../../core/registry/registry.ts";

export interface CompareDeps {
  readonly registry: Pick<Registry, "model" | "aliases">;
  readonly loadDefinition: LoadDefinition;
  readonly loadBaseline: LoadBaseline;
  readonly countPredictions: CountPredictions;
  readonly clock: Clock;
}

const HOUR_MS = 3_600_000;

/**
 * The champion's predictions of the window that ends at an instant, compared with its baseline.
 *
 * @param until ISO 8601
 */
export async function compareWindow(
  deps: CompareDeps,
  model: string,
  until: string,
): Promise<DriftReport> {
  const { definitionDigest } = await deps.registry.model(model);
  const { definition } = await deps.loadDefinition(model, definitionDigest);
  const { windowHours, minPredictions, maxPsi } = definition.monitors.drift;
  const end = Date.parse(until);
  const window = { from: instant(end - windowHours * HOUR_MS), until: instant(end) };
  const frame = { model, createdAt: instant(deps.clock()), window, minPredictions, maxPsi };

  const aliases = await deps.registry.aliases(model);
  const version = aliases.find(({ alias }) => alias === "champion")?.version;
  if (version === undefined) return reportWithoutChampion(frame);
  const whole = await deps.loadBaseline(model, version);
  // What the log must not hold cannot be compared: no such column stands in the report.
  const redact = definition.serving?.log.redact ?? [];
  const baseline = redact.length === 0 ? whole : withoutFeatures(whole, redact);
  const counts = await deps.countPredictions({ model, version, window, baseline });
  const report = driftReport(frame, version, baseline, counts);
  return redact.length === 0 ? report : { ...report, redacted: redact };
}

const withoutFeatures = (baseline: VersionBaseline, names: readonly string[]): VersionBaseline => ({
  ...baseline,
  features: Object.fromEntries(
    Object.entries(baseline.features).filter(([name]) => !names.includes(name)),
  ),
});

const instant = (ms: number): string => new Date(ms).toISOString();
