import type { Row } from "../definition/model-definition.ts";
import { loggedColumns } from "../definition/served-features.ts";
import { textHash } from "../sketch/hash32.ts";
import type { Fallback } from "./enrich-rows.ts";
import { predictionId } from "./prediction-id.ts";
import type { PredictionRecord } from "./prediction-record.ts";
import type { Predicted } from "./predictor.ts";
import type { Scores, ScoringColumns } from "./scorer.ts";

/** An answered request, as it is logged. */
export interface Logged {
  readonly predicted: Predicted;
  /** With the aggregates that the version needs. */
  readonly rows: readonly Row[];
  readonly columns: ScoringColumns;
  readonly ids: {
    readonly requestId: string;
    readonly traceId: string | undefined;
    /** Absent: nobody knows who asked. */
    readonly caller?: string | undefined;
  };
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly latencyMs: number;
}

/** Kinds of what is logged of a version's rows, by name. */
export function loggedKinds({
  definition,
}: Pick<Predicted["version"], "definition">): Record<string, "number" | "category"> {
  return Object.fromEntries(loggedColumns(definition).map(({ name, kind }) => [name, kind]));
}

const TWO_32 = 2 ** 32;

/** Whether what bears an id is among what is logged: always the same for the same id. */
export const isSampled = (id: string, share: number): boolean =>
  share >= 1 || textHash(id) / TWO_32 < share;

const NOTHING: readonly string[] = [];

/**
 * A record for each row of a request, without what is redacted: none where the request is not among those
 * that are logged. A shadow's rows are told by the same request, so that answers can be compared in pairs.
 *
 * @param redact what is left out beside what the answering version's own definition names
 */
export function predictionRecords(
  logged: Logged,
  redact: readonly string[] = NOTHING,
): readonly PredictionRecord[] {
  const { sample = 1, redact: own = NOTHING } =
    logged.predicted.version.definition.serving?.log ?? {};
  if (!isSampled(logged.ids.requestId, sample)) return [];
  const records = allRecords(logged);
  if (sample === 1 && own.length + redact.length === 0) return records;
  const left = new Set([...own, ...redact]);
  return records.map((record) => ({
    ...record,
    features: withoutValues(record.features, left),
    ...(sample < 1 && { sampleRate: sample }),
  }));
}

const withoutValues = (features: PredictionRecord["features"], redact: ReadonlySet<string>) =>
  Object.fromEntries(
    Object.entries(features).map(([name, value]) => [name, redact.has(name) ? null : value]),
  );

function allRecords(logged: Logged): readonly PredictionRecord[] {
  const { predicted, rows, columns, ids, time, latencyMs } = logged;
  const { version, route, insteadOf, id, scores, answers, fallbacks } = predicted;
  const beside = version.aggregates.filter(({ input }) => !input).map(({ name }) => name);
  const missed = missedFeatures(fallbacks);
  return Array.from(scores.scores, (score, row): PredictionRecord => {
    const names = missed.get(row);
    const rule = answers?.[row]?.rule;
    return {
      predictionId: predictionId(id, row),
      time,
      model: version.model,
      version: version.version,
      alias: route,
      route,
      ...(insteadOf !== undefined && { insteadOf }),
      requestId: ids.requestId,
      ...(ids.traceId !== undefined && { traceId: ids.traceId }),
      ...(ids.caller !== undefined && { caller: ids.caller }),
      features: featuresAt(columns, row, { beside, values: rows[row] as Row }),
      score,
      ...(names && { fallbacks: names }),
      ...labelAt(scores, row),
      ...(rule !== undefined && { rule }),
      latencyMs,
    };
  });
}

/** Names of the features that a row lacks, by row. */
function missedFeatures(fallbacks: readonly Fallback[]): ReadonlyMap<number, readonly string[]> {
  const missed = new Map<number, string[]>();
  for (const { feature, rows } of fallbacks) {
    for (const row of rows) missed.set(row, [...(missed.get(row) ?? []), feature]);
  }
  return missed;
}

function labelAt({ labels = [] }: Scores, row: number) {
  const label = labels[row];
  if (label === undefined) return {};
  return typeof label === "number" ? { label } : { predictedClass: label };
}

/** What the graph saw in one row, and what stands beside it; null for missing. */
function featuresAt(
  columns: ScoringColumns,
  row: number,
  { beside, values }: { readonly beside: readonly string[]; readonly values: Row },
): Record<string, number | string | null> {
  const features: Record<string, number | string | null> = {};
  for (const [name, column] of Object.entries(columns)) {
    const value = column[row] as number | string;
    features[name] = value === "" || Number.isNaN(value) ? null : value;
  }
  for (const name of beside) features[name] = values[name] as number | string | null;
  return features;
}
