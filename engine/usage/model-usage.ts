import type { ObjectStore } from "../../core/ports/object-store.ts";
import { columnsOf, queryRows } from "../duckdb/query.ts";
import { sqlTexts } from "../duckdb/sql.ts";
import { type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { trialColumns } from "../predictions/trial-columns.ts";

/** Objects below a prefix. */
export interface StoredUsage {
  readonly objects: number;
  readonly bytes: number;
}

/** What a model keeps, and how its logged predictions went. */
export interface ModelUsage {
  /** By the first part of their keys; prefixes without an object are left out. */
  readonly objects: Readonly<Record<string, StoredUsage>>;
  /** From the newest files of the prediction log; null where there is none. */
  readonly predictions: PredictionUsage | null;
}

export interface PredictionUsage {
  /** Records that were looked at. */
  readonly records: number;
  /** Of one record in Parquet. */
  readonly loggedBytes: number;
  /** Of one record as JSON, about as the queue had it. */
  readonly queuedBytes: number;
  /** Requests of one row: how many, and their mean time in the endpoint. */
  readonly oneRow: { readonly requests: number; readonly meanMs: number } | null;
  /** Requests of at least 20 rows. */
  readonly batch: { readonly requests: number; readonly meanMsPerRow: number } | null;
}

/** Files of the log that are read: enough for a mean, few enough to be fetched in a moment. */
const NEWEST_FILES = 50;
const IS_BATCH = "rows >= 20";

/** First parts of a model's keys, and what follows them. */
const PREFIXES: Readonly<Record<string, (model: string) => string>> = {
  sources: (model) => `sources/${model}/`,
  definitions: (model) => `definitions/${model}/`,
  datasets: (model) => `datasets/${model}/`,
  runs: (model) => `runs/${model}/`,
  models: (model) => `models/${model}/`,
  predictions: (model) => `predictions/model=${model}/`,
  reports: (model) => `reports/${model}/`,
};

/** Counts and measures what is stored of a model. Reads nothing but the newest files of its log. */
export async function modelUsage(
  store: Pick<ObjectStore, "list" | "localPath">,
  model: string,
  options: DuckdbOptions = {},
): Promise<ModelUsage> {
  const objects: Record<string, StoredUsage> = {};
  let log: { readonly key: string; readonly sizeBytes: number }[] = [];
  for (const [prefix, below] of Object.entries(PREFIXES)) {
    let found = { objects: 0, bytes: 0 };
    for await (const { key, sizeBytes } of store.list(below(model))) {
      found = { objects: found.objects + 1, bytes: found.bytes + sizeBytes };
      // keys of the log begin with date and hour, so the last ones are the newest
      if (prefix === "predictions") log = [...log.slice(1 - NEWEST_FILES), { key, sizeBytes }];
    }
    if (found.objects > 0) objects[prefix] = found;
  }
  if (log.length === 0) return { objects, predictions: null };
  const paths = await Promise.all(log.map(({ key }) => store.localPath(key)));
  const bytes = log.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { objects, predictions: await predictionUsage(paths, bytes, options) };
}

/** Versions can be logged at different shares: each request counts for those that were left out. */
const meanOf = (value: string, which: string) =>
  `sum(weight * ${value}) FILTER (${which}) / sum(weight) FILTER (${which})`;

function predictionUsage(
  paths: readonly string[],
  bytes: number,
  options: DuckdbOptions,
): Promise<PredictionUsage> {
  return withDuckdb(options, async ({ connection }) => {
    const log = `read_parquet(${sqlTexts(paths)}, union_by_name = true, hive_partitioning = false)`;
    const [sizes] = await queryRows(
      connection,
      // what a record does not have is no part of its message
      `SELECT count(*), avg(strlen(json_merge_patch('{}', to_json(record))::VARCHAR)) FROM ${log} AS record`,
    );
    const records = Number(sizes?.[0]);
    const { weight } = trialColumns(await columnsOf(connection, `SELECT * FROM ${log}`));
    const [requests] = await queryRows(
      connection,
      `SELECT
         count(*) FILTER (rows = 1), ${meanOf("ms", "rows = 1")},
         count(*) FILTER (${IS_BATCH}), ${meanOf("ms / rows", IS_BATCH)}
       FROM (
         SELECT count(DISTINCT "predictionId") AS rows, max("latencyMs") AS ms, max(${weight}) AS weight
         FROM ${log} GROUP BY regexp_replace("predictionId", '-[0-9]+$', '')
       )`,
    );
    const [ones, oneMs, batches, rowMs] = (requests ?? []).map(Number);
    return {
      records,
      loggedBytes: bytes / records,
      queuedBytes: Number(sizes?.[1]),
      oneRow: ones ? { requests: ones, meanMs: oneMs ?? 0 } : null,
      batch: batches ? { requests: batches, meanMsPerRow: rowMs ?? 0 } : null,
    };
  });
}
