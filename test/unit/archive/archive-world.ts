import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { ArchiveQuery } from "../../../core/archive/archive-queries.ts";
import {
  ALL_PREDICTIONS,
  type ArchivedModel,
  allPredictionsTable,
  modelTable,
} from "../../../core/archive/archive-tables.ts";
import type { PredictionRecord } from "../../../core/inference/prediction-record.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { sqlText } from "../../../engine/duckdb/sql.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { predictionsParquet } from "../../../engine/predictions/predictions-parquet.ts";

export const FLIGHTS: ArchivedModel = {
  model: "flight-delay",
  inputs: [
    { name: "Origin", kind: "category" },
    { name: "distance", kind: "number" },
  ],
};
export const LOANS: ArchivedModel = {
  model: "loans",
  inputs: [{ name: "amount", kind: "number" }],
};

const [ID, TIME] = ["01J", "2026-03-01T10:00:00.000Z"];

/** A logged prediction of flight-delay: version 1, not late, from ORD. */
export const predictionOf = (changes: Partial<PredictionRecord> = {}): PredictionRecord => ({
  predictionId: ID,
  time: TIME,
  model: "flight-delay",
  version: 1,
  alias: "champion",
  requestId: "request-1",
  features: { Origin: "ORD", distance: 100 },
  score: 0.25,
  label: 0,
  latencyMs: 3,
  ...changes,
});

/** Logs predictions as the platform does: one file a model, version and hour. */
export async function logPredictions(
  folder: string,
  records: readonly PredictionRecord[],
): Promise<void> {
  const groups = Map.groupBy(
    records,
    ({ model, version, time }) => `${model} ${version} ${time.slice(0, 13)}`,
  );
  for (const [group, some] of groups) {
    const [{ model, time }] = some as [PredictionRecord];
    const key = storageKeys.predictions(
      model,
      time.slice(0, 10),
      time.slice(11, 13),
      group.replaceAll(" ", "-"),
    );
    const { inputs } = model === "loans" ? LOANS : FLIGHTS;
    const kinds = Object.fromEntries(inputs.map(({ name, kind }) => [name, kind]));
    await mkdir(dirname(join(folder, key)), { recursive: true });
    await writeFile(join(folder, key), predictionsParquet({ inputs: kinds, records: some }));
  }
}

/**
 * Asks in DuckDB over views that are named and typed as the tables of the catalog: columns by name,
 * the parts of the keys as text. A name of a column means the same in either case, as in Athena.
 */
export async function ask(
  folder: string,
  query: Pick<ArchiveQuery, "sql">,
  parameters: readonly DuckDBValue[],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return withDuckdb({ threads: 1 }, async ({ connection }) => {
    await createViews(connection, folder);
    const result = await connection.run(query.sql, [...parameters]);
    return result.getRowObjectsJS();
  });
}

async function createViews(connection: DuckDBConnection, folder: string): Promise<void> {
  const hive = (part: string) =>
    `read_parquet(${sqlText(join(folder, "predictions", part, "**/*.parquet"))}, union_by_name = true, hive_partitioning = true, hive_types_autocast = false)`;
  const columns = (table: ReturnType<typeof modelTable>) =>
    [...table.columns.map(({ name }) => name), ...table.partitions]
      .map((name) => `"${name}" AS "${name}"`)
      .join(", ");
  const all = columns(allPredictionsTable());
  await connection.run(`CREATE VIEW ${ALL_PREDICTIONS} AS SELECT ${all} FROM ${hive("*")}`);
  for (const archived of [FLIGHTS, LOANS]) {
    const table = modelTable(archived);
    const from = hive(`model=${archived.model}`);
    await connection.run(`CREATE VIEW ${table.name} AS SELECT ${columns(table)} FROM ${from}`);
  }
}
