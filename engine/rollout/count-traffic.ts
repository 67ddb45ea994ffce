import type { DuckDBConnection } from "@duckdb/node-api";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { CountTraffic, TrafficCounts } from "../../core/rollout/traffic-counts.ts";
import { windowFiles } from "../drift/window-files.ts";
import { columnsOf, queryRows } from "../duckdb/query.ts";
import { sqlText, sqlTexts } from "../duckdb/sql.ts";
import { type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { trialColumns } from "../predictions/trial-columns.ts";

const NOTHING: TrafficCounts = {
  canary: { predictions: 0, failures: 0, latencyP99Ms: 0, scores: [] },
  champion: { predictions: 0, latencyP99Ms: 0, scores: [] },
};

/** Counts a canary's and its champion's predictions in DuckDB, reading only the window's files. */
export function trafficCounter(
  store: Pick<ObjectStore, "list" | "localPath">,
  options: DuckdbOptions = {},
): CountTraffic {
  return async (order) => {
    const { model, window, championFrom } = order;
    const paths = await windowFiles(store, model, { from: championFrom, until: window.until });
    if (paths.length === 0) return NOTHING;
    return withDuckdb(options, async ({ connection }) => {
      await readTraffic(connection, paths, order);
      const edges = await scoreEdges(connection);
      return {
        canary: {
          ...(await sideCounts(connection, "canary", edges)),
          failures: await failures(connection),
        },
        champion: await sideCounts(connection, "champion", edges),
      };
    });
  };
}

/** A table `traffic` of what is counted, each prediction once: side, score, latencyMs, weight. */
async function readTraffic(
  connection: DuckDBConnection,
  paths: readonly string[],
  { canary, champion, window, championFrom }: Parameters<CountTraffic>[0],
): Promise<void> {
  // Folders are named model=…/date=…/hour=…, and DuckDB would let such names hide the files' columns.
  const log = `read_parquet(${sqlTexts(paths)}, union_by_name = true, hive_partitioning = false)`;
  const known = await columnsOf(connection, `SELECT * FROM ${log}`);
  const { route, insteadOf, weight } = trialColumns(known);
  const since = (instant: string) =>
    `CAST("time" AS TIMESTAMP) >= CAST(${sqlText(instant)} AS TIMESTAMP)`;
  await connection.run(`
    CREATE TABLE traffic AS
    SELECT DISTINCT ON ("predictionId")
      CASE
        WHEN ${insteadOf} = ${canary} AND ${since(window.from)} THEN 'failure'
        WHEN ${insteadOf} IS NOT NULL THEN NULL
        WHEN "version" = ${canary} AND ${route} = 'canary' AND ${since(window.from)} THEN 'canary'
        WHEN "version" = ${champion} AND ${route} = 'champion' THEN 'champion'
      END AS side, score, "latencyMs", ${weight} AS weight
    FROM ${log}
    WHERE ${since(championFrom)}
      AND CAST("time" AS TIMESTAMP) < CAST(${sqlText(window.until)} AS TIMESTAMP)`);
}

/** Least, deciles and greatest of the champion's scores, ascending and each once. */
async function scoreEdges(connection: DuckDBConnection): Promise<readonly number[]> {
  const [row] = await queryRows(
    connection,
    `SELECT quantile_disc(score, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
     FROM traffic WHERE side = 'champion'`,
  );
  const edges = (row?.[0] ?? []) as readonly number[];
  return [...new Set(edges)];
}

/**
 * Failed requests' rows, in the canary's own units: as many as would have been logged at its share. They
 * are logged at the share of the champion, which answered them. A version's share never changes, so that
 * within a side nothing needs a weight.
 */
async function failures(connection: DuckDBConnection): Promise<number> {
  const [row] = await queryRows(
    connection,
    `SELECT coalesce(sum(weight) FILTER (side = 'failure'), 0)
       / coalesce(avg(weight) FILTER (side = 'canary'), avg(weight) FILTER (side = 'failure'), 1)
     FROM traffic`,
  );
  return Math.round(Number(row?.[0]));
}

async function sideCounts(
  connection: DuckDBConnection,
  side: "canary" | "champion",
  edges: readonly number[],
): Promise<TrafficCounts["champion"]> {
  const where = `FROM traffic WHERE side = ${sqlText(side)}`;
  const [row] = await queryRows(
    connection,
    `SELECT count(*), coalesce(quantile_cont("latencyMs", 0.99), 0) ${where}`,
  );
  return {
    predictions: Number(row?.[0]),
    latencyP99Ms: Number(row?.[1]),
    scores: await binned(connection, where, edges),
  };
}

/** Bins: below the least, up to each further edge with it, above the greatest. A single edge has its own. */
async function binned(
  connection: DuckDBConnection,
  where: string,
  edges: readonly number[],
): Promise<readonly number[]> {
  const [least] = edges;
  if (least === undefined) return [];
  // DuckDB reads a number as the nearest double when it is written as one.
  const above = edges.map((edge) => `(score > CAST(${sqlText(String(edge))} AS DOUBLE))::INTEGER`);
  const bin = `(score >= CAST(${sqlText(String(least))} AS DOUBLE))::INTEGER + ${above.join(" + ")}`;
  const rows = await queryRows(connection, `SELECT ${bin} AS bin, count(*) ${where} GROUP BY bin`);
  const counts = new Array<number>(edges.length + 2).fill(0);
  for (const [index, count] of rows) counts[Number(index)] = Number(count);
  return counts;
}
