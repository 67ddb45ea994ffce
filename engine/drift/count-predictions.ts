import type { DuckDBConnection } from "@duckdb/node-api";
import type { Profile } from "../../core/dataset/baseline.ts";
import { type DriftBins, driftBins } from "../../core/drift/drift-bins.ts";
import type {
  CountPredictions,
  PredictionCounts,
  Window,
} from "../../core/drift/prediction-counts.ts";
import { IntegrityError } from "../../core/errors.ts";
import { featureColumn } from "../../core/inference/prediction-columns.ts";
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

/** Columns of what was predicted, named as in the log and in a baseline. */
const PREDICTED = ["score", "predictedClass"] as const;
type Predicted = (typeof PREDICTED)[number];

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
      ([name, profile], i) =>
        [name, counted(featureColumn(name), profile, `feature_${i}`)] as const,
    );
    const predicted = PREDICTED.flatMap((name) => {
      const profile = baseline[name];
      return profile ? [[name, counted(name, profile, `predicted_${name}`)] as const] : [];
    });
    const all = [...features, ...predicted].map(([, column]) => column);
    const inOrder = { features, predicted };
    const paths = await windowFiles(store, model, window);
    if (paths.length === 0) return countsOf(inOrder, 0, all.map(emptyCounts));

    return withDuckdb(options, async ({ connection }) => {
      await asIntegrity(() => readWindow(connection, { paths, version, window, columns: all }));
      const predictions = await queryNumber(connection, "SELECT count(*) FROM predictions");
      const counts: (readonly number[])[] = [];
      for (const column of all) counts.push(await countColumn(connection, column));
      return countsOf(inOrder, predictions, counts);
    });
  };
}

function counted(column: string, profile: Profile, binColumn: string): Counted {
  return { column, bins: driftBins(profile), binColumn: `bin_${binColumn}` };
}

const emptyCounts = ({ bins }: Counted) => new Array<number>(binCount(bins)).fill(0);

type Named<Name extends string> = readonly (readonly [Name, Counted])[];

/** @param counts of each column: the features, then what was predicted */
function countsOf(
  columns: { readonly features: Named<string>; readonly predicted: Named<Predicted> },
  predictions: number,
  counts: readonly (readonly number[])[],
): PredictionCounts {
  const { features, predicted } = columns;
  const named = (some: Named<string>, first: number) =>
    Object.fromEntries(some.map(([name], i) => [name, counts[first + i] ?? []]));
  return {
    predictions,
    features: named(features, 0),
    ...(named(predicted, features.length) as Pick<PredictionCounts, Predicted>),
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
