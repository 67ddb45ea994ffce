import { DEPLOYED_ALARMS, DEPLOYED_DASHBOARDS } from "../../core/cost/deployed-counts.ts";
import { type Measurements, parseMeasurements } from "../../core/cost/measurements.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { RunRecord } from "../../core/registry/records.ts";
import type { ModelUsage } from "../../engine/usage/model-usage.ts";
import type { Client } from "../client.ts";
import { costDefinition, jsonBytes, timedRun } from "./cost-definition.ts";

type UsageAnswer = ModelUsage & { readonly check: { readonly durationMs: number } | null };

/**
 * Measures a model where the local platform runs it. What a deployment would have beside it is taken from
 * what the stack makes: its alarms and its dashboard, x86_64, no key of its own.
 *
 * @throws {RefusedError} if no platform answers, or it has no such model
 */
export async function measureLocally(
  client: Client,
  model: string,
  now: string,
): Promise<Measurements> {
  const path = `/api/models/${encodeURIComponent(model)}`;
  const [definition, runs, versions, events, usage] = (await Promise.all(
    ["definition", "runs", "versions", "events", "usage"].map((part) =>
      client.call("GET", `${path}/${part}`),
    ),
  )) as [StoredDefinition, RunRecord[], unknown[], unknown[], UsageAnswer];
  const { objects, predictions, check } = usage;
  return parseMeasurements({
    model,
    from: { kind: "local", name: client.url },
    measuredAt: now,
    definition: costDefinition(definition),
    platform: {
      architecture: "x86_64",
      alarms: DEPLOYED_ALARMS.platform + DEPLOYED_ALARMS.eachModel,
      dashboards: DEPLOYED_DASHBOARDS,
      kmsKeys: 0,
    },
    run: timedRun(runs),
    check,
    serving: {
      oneRow: predictions?.oneRow
        ? { ...predictions.oneRow, workMs: predictions.oneRow.meanMs }
        : null,
      batch: predictions?.batch ?? null,
      queuedBytes: predictions?.queuedBytes ?? null,
      loggedBytes: predictions?.loggedBytes ?? null,
      // the local platform writes its log in a thread, not in a function
      logWriteMs: null,
    },
    storage: {
      objects,
      runs: runs.length,
      registryBytes: jsonBytes(...runs, ...versions, ...events),
    },
  });
}
