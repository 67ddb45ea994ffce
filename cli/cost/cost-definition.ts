import type { Measurements } from "../../core/cost/measurements.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { modelInputs } from "../../core/definition/model-inputs.ts";
import type { RunRecord } from "../../core/registry/records.ts";
import { candidatesOf } from "../../core/search/candidates-of.ts";
import { plannedRounds } from "../../core/search/planned-rounds.ts";

/** What of a definition decides a cost. */
export const costDefinition = (definition: StoredDefinition): Measurements["definition"] => ({
  candidates: candidatesOf(definition).map(({ name }) => name),
  rounds: [...plannedRounds(definition)],
  // What lies below a prefix is known when a run begins.
  sourceFiles: Math.max(1, definition.source.files.length),
  inputs: modelInputs(definition).length,
  ...(definition.target.type === "multiclass" && { watchesClasses: true }),
  schedules: definition.schedules,
  driftWindowHours: definition.monitors.drift.windowHours,
  compute: definition.compute,
});

/** The newest run that succeeded and kept how long it took. @param runs newest first */
export function timedRun(runs: readonly RunRecord[]): Measurements["run"] {
  const run = runs.find(({ status, durations }) => status === "succeeded" && durations);
  if (!run?.durations) return null;
  const { runId, endedAt = "", durations } = run;
  return { runId, endedAt, ...durations, trainMs: [...durations.trainMs] };
}

/** Bytes of records as JSON: about what DynamoDB counts, names and values. */
export const jsonBytes = (...records: readonly unknown[]): number =>
  records.reduce<number>((sum, record) => sum + Buffer.byteLength(JSON.stringify(record)), 0);
