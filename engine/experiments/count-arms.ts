import {
  ARM_METRICS,
  type ArmSamples,
  type CountArms,
} from "../../core/experiments/compare-arms.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { windowFiles } from "../drift/window-files.ts";
import { columnsOf, queryRows } from "../duckdb/query.ts";
import { sqlText, sqlTexts } from "../duckdb/sql.ts";
import { type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { trialColumns } from "../predictions/trial-columns.ts";

/** What each metric is of one prediction; null where a model's kind has no such thing. */
const VALUES: Readonly<Record<(typeof ARM_METRICS)[number], string>> = {
  score: "score",
  positiveShare: 'CAST("label" AS DOUBLE)',
  latencyMs: '"latencyMs"',
};

/** Means and variances of a champion's and a challenger's predictions in the log, in DuckDB. */
export function armCounter(
  store: Pick<ObjectStore, "list" | "localPath">,
  options: DuckdbOptions = {},
): CountArms {
  return async ({ model, champion, challenger, window }) => {
    const paths = await windowFiles(store, model, window);
    if (paths.length === 0) return { champion: {}, challenger: {} };
    return withDuckdb(options, async ({ connection }) => {
      // Folders are named model=…/date=…/hour=…, and DuckDB would let such names hide the files' columns.
      const log = `read_parquet(${sqlTexts(paths)}, union_by_name = true, hive_partitioning = false)`;
      const { route, insteadOf } = trialColumns(
        await columnsOf(connection, `SELECT * FROM ${log}`),
      );
      const rows = await queryRows(
        connection,
        `SELECT side, ${ARM_METRICS.map((metric) => statisticsOf(VALUES[metric])).join(", ")}
         FROM (
           SELECT DISTINCT ON ("predictionId") score, "label", "latencyMs",
             CASE
               WHEN "version" = ${champion} AND ${route} = 'champion' THEN 'champion'
               WHEN "version" = ${challenger} AND ${route} = 'challenger' THEN 'challenger'
             END AS side
           FROM ${log}
           WHERE CAST("time" AS TIMESTAMP) >= CAST(${sqlText(window.from)} AS TIMESTAMP)
             AND CAST("time" AS TIMESTAMP) < CAST(${sqlText(window.until)} AS TIMESTAMP)
             AND ${insteadOf} IS NULL
         ) GROUP BY side`,
      );
      const samples = new Map(rows.map(([side, ...values]) => [side, samplesOf(values)]));
      return {
        champion: samples.get("champion") ?? {},
        challenger: samples.get("challenger") ?? {},
      };
    });
  };
}

const statisticsOf = (value: string) =>
  `count(${value}), coalesce(avg(${value}), 0), coalesce(var_samp(${value}), 0)`;

function samplesOf(values: readonly unknown[]): ArmSamples {
  const samples = ARM_METRICS.flatMap((metric, i) => {
    const [n = 0, mean = 0, variance = 0] = values.slice(i * 3, i * 3 + 3).map(Number);
    return n === 0 ? [] : [[metric, { n, mean, variance }] as const];
  });
  return Object.fromEntries(samples);
}
