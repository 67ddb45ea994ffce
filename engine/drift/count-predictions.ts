import type { DuckDBConnection } from "@duckdb/node-api";
import type { Profile } from "../../core/dataset/baseline.ts";
import { type DriftBins, driftBins } from "../../core/drift/drift-bins.ts";
import type { CountPredictions, Window } from "../../core/drift/prediction-counts.ts";
import { IntegrityError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { columnsOf, queryNumber, queryRows } from "../duckdb/query.ts";
import { sqlName, sqlText, sqlTexts } from "../duckdb/sql.ts";
import { type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { binCount, binSql } from "./bin-sql.ts";
import { windowFiles } from "./window-files.ts";

/** A column of the log, the bins it is counted in, and the column of bin numbers made of it. */
interface Counted {
  readonly column: string;
  readonly bins: DriftBins;
  readonly binColumn: string;
}

/**
 * Counts logged predictions in DuckDB: only the window's files are read, only bin numbers are kept,
 * and what does not fit into memory goes to disk. A prediction that was delivered twice counts once;
 * a column that no file has is missing in every row.
 *
 * The function that is returned throws IntegrityError if a file of the log cannot be read.
 */
export function predictionCounter(
  store: Pick<ObjectStore, "list" | "localPath">,
  options: DuckdbOptions = {},
): CountPredictions {
  return async ({ model, version, window, baseline }) => {
    const features = Object.entries(baseline.features).map(
      ([name, profile], i) => [name, counted(`feature_${name}`, profile, i)] as const,
    );
    const score = counted("score", baseline.score, features.length);
    const all = [...features.map(([, feature]) => feature), score];
    const paths = await windowFiles(store, model, window);
    if (paths.length === 0) return countsOf(features, score, 0, all.map(emptyCounts));

    return withDuckdb(options, async ({ connection }) => {
      await asIntegrity(() => readWindow(connection, { paths, version, window, columns: all }));
      const predictions = await queryNumber(connection, "SELECT count(*) FROM predictions");
      const counts: (readonly number[])[] = [];
      for (const column of all) counts.push(await countColumn(connection, column));
      return countsOf(features, score, predictions, counts);
    });
  };
}

function counted(column: string, profile: Profile, position: number): Counted {
  return { column, bins: driftBins(profile), binColumn: `bin_${position}` };
}

const emptyCounts = ({ bins }: Counted) => new Array<number>(binCount(bins)).fill(0);

function countsOf(
  features: readonly (readonly [string, Counted])[],
  score: Counted,
  predictions: number,
  counts: readonly (readonly number[])[],
) {
  const named = features.map(([name, feature], i) => [name, counts[i] ?? emptyCounts(feature)]);
  return {
    predictions,
    features: Object.fromEntries(named) as Record<string, readonly number[]>,
    score: counts.at(-1) ?? emptyCounts(score),
  };
}

async function readWindow(
  connection: DuckDBConnection,
  {
    paths,
    version,
    window,
    columns,
  }: {
    readonly paths: readonly string[];
    readonly version: number;
    readonly window: Window;
    readonly columns: readonly Counted[];
  },
): Promise<void> {
  // Folders are named model=…/date=…/hour=…, and DuckDB would let such names hide the files' columns.
  const log = `read_parquet(${sqlTexts(paths)}, union_by_name = true, hive_partitioning = false)`;
  const known = await columnsOf(connection, `SELECT * FROM ${log}`);
  const binned = columns.map(({ column, bins, binColumn }) => {
    const value = known.has(column) ? sqlName(column) : "NULL";
    return `${binSql(bins, value)} AS ${binColumn}`;
  });
  await connection.run(`
    CREATE TABLE predictions AS
    SELECT DISTINCT ON ("predictionId") ${binned.join(", ")}
    FROM ${log}
    WHERE "version" = ${version}
      AND CAST("time" AS TIMESTAMP) >= CAST(${sqlText(window.from)} AS TIMESTAMP)
      AND CAST("time" AS TIMESTAMP) < CAST(${sqlText(window.until)} AS TIMESTAMP)`);
}

async function countColumn(
  connection: DuckDBConnection,
  { bins, binColumn }: Counted,
): Promise<readonly number[]> {
  const counts = new Array<number>(binCount(bins)).fill(0);
  const rows = await queryRows(
    connection,
    `SELECT ${binColumn}, count(*) FROM predictions GROUP BY ${binColumn}`,
  );
  for (const [bin, count] of rows) counts[Number(bin)] = Number(count);
  return counts;
}

async function asIntegrity(read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (cause) {
    if (!(cause instanceof Error && /parquet|binder error/i.test(cause.message))) throw cause;
    throw new IntegrityError(`the prediction log cannot be read: ${cause.message}`, { cause });
  }
}
