import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type DuckDBConnection, StatementType } from "@duckdb/node-api";
import { ALL_PREDICTIONS, modelTableName } from "../../core/archive/archive-tables.ts";
import { InvalidInputError, NotFoundError } from "../../core/errors.ts";
import { PREDICTION_COLUMNS } from "../../core/inference/prediction-columns.ts";
import { columnsOf } from "../duckdb/query.ts";
import { sqlName, sqlText, sqlTexts } from "../duckdb/sql.ts";
import { withDuckdb } from "../duckdb/with-duckdb.ts";
import { trialColumns } from "./trial-columns.ts";

export interface LogQuery {
  /** Directory of the store's objects. */
  readonly root: string;
  /** One SELECT. */
  readonly sql: string;
  /** Largest number of rows that are given. */
  readonly mostRows: number;
  /** As DuckDB writes it. @default "1GB" */
  readonly memoryLimit?: string;
  /** Longest that the query may take. @default 60 s */
  readonly timeoutMs?: number;
}

export interface LogAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Whether there are more rows than are given. */
  readonly isCut: boolean;
}

const SQL_TYPES = {
  text: "VARCHAR",
  instant: "TIMESTAMP",
  integer: "INTEGER",
  number: "DOUBLE",
} as const;

/**
 * Asks the prediction log in a directory, while a platform may be writing it: files appear whole. Each
 * prediction is seen once, however often its message or file was written.
 *
 * The query can read the log and nothing else: not another file, not the network; it can write nothing.
 *
 * @throws {NotFoundError} if nothing was ever logged
 * @throws {InvalidInputError} if the query is no single SELECT, DuckDB does not understand it, a file
 *   cannot be read, or it takes too long
 * @throws {TooLargeError} if the query needs more memory than the limit
 */
export async function queryLog({
  root,
  sql,
  mostRows,
  timeoutMs = 60_000,
  ...limits
}: LogQuery): Promise<LogAnswer> {
  if (sql.trim() === "") throw new InvalidInputError("the query is empty: ask a SELECT");
  const log = join(root, "predictions");
  const models = await modelsIn(log);
  if (models.length === 0) {
    throw new NotFoundError(
      `no prediction is logged in ${log}; ask a model first, and wait until the queue is emptied`,
    );
  }
  return withDuckdb(limits, async ({ connection }) => {
    const views: string[] = [];
    const timer = setTimeout(() => connection.interrupt(), timeoutMs);
    try {
      views.push(...(await createViews(connection, log, models)));
      await confine(connection, log);
      return await answerOf(connection, sql, mostRows);
    } catch (error) {
      throw explained(error, views, timeoutMs);
    } finally {
      clearTimeout(timer);
    }
  });
}

const PARTITION = "model=";

/** Names of the models that have logged predictions, in order. */
async function modelsIn(log: string): Promise<readonly string[]> {
  try {
    const names = await readdir(log);
    return names
      .filter((name) => name.startsWith(PARTITION))
      .map((name) => name.slice(PARTITION.length))
      .sort();
  } catch (error) {
    // Nothing was ever logged.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** @returns the views' names */
async function createViews(
  connection: DuckDBConnection,
  log: string,
  models: readonly string[],
): Promise<readonly string[]> {
  const all = filesOf(log, "*");
  const common = commonColumns(await columnsOf(connection, `SELECT * FROM ${all}`));
  const views = new Map([
    [ALL_PREDICTIONS, distinct([...common.values(), '"date"', '"hour"'], all)],
  ]);
  for (const model of models) {
    const files = filesOf(log, model);
    const known = await columnsOf(connection, `SELECT * FROM ${files}`);
    const own = [...known.keys()].filter((name) => !common.has(name)).map(sqlName);
    const sql = distinct([...commonColumns(known).values(), ...own], files);
    views.set(modelTableName(model), sql);
    const short = model.replaceAll("-", "_");
    if (!views.has(short)) views.set(short, sql);
  }
  for (const [name, sql] of views) await connection.run(`CREATE VIEW ${sqlName(name)} AS ${sql}`);
  return [...views.keys()];
}

/** SQL of what every prediction has, by name; NULL where the files are older than the column. */
function commonColumns(known: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const columns = PREDICTION_COLUMNS.map(({ name, type }): [string, string] => [
    name,
    known.has(name) ? sqlName(name) : `CAST(NULL AS ${SQL_TYPES[type]}) AS ${sqlName(name)}`,
  ]);
  // Before there were routes, the alias said how a version came to answer.
  const { route } = trialColumns(known);
  return new Map([...columns, ["route", `${route} AS "route"`]]);
}

/** Days and hours are texts, as Athena has them; a filter of them leaves the other files unread. */
const filesOf = (log: string, model: string) => {
  const path = join(log, `${PARTITION}${model}`, "date=*", "hour=*", "*.parquet");
  return `read_parquet(${sqlText(path)}, union_by_name = true, hive_partitioning = true, hive_types_autocast = false)`;
};

/** A prediction's copies have its model, day and hour: naming them lets filters of them through. */
const distinct = (columns: readonly string[], files: string) =>
  `SELECT ${columns.join(", ")} FROM ${files}
   QUALIFY row_number() OVER (PARTITION BY "model", "date", "hour", "predictionId") = 1`;

/** From here on nothing is read but the log, and no query can change that. */
async function confine(connection: DuckDBConnection, log: string): Promise<void> {
  await connection.run(`SET allowed_directories = ${sqlTexts([`${log}/`])}`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
}

async function answerOf(
  connection: DuckDBConnection,
  sql: string,
  mostRows: number,
): Promise<LogAnswer> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1) {
    throw new InvalidInputError(
      `one SELECT is asked at a time, got ${statements.count} statements`,
    );
  }
  const prepared = await statements.prepare(0);
  try {
    if (prepared.statementType !== StatementType.SELECT) {
      const type = StatementType[prepared.statementType];
      throw new InvalidInputError(`the prediction log is only read: ask a SELECT, not ${type}`);
    }
    const reader = await prepared.streamAndReadUntil(mostRows + 1);
    const rows = reader.getRowsJS();
    return {
      columns: reader.deduplicatedColumnNames(),
      rows: rows.slice(0, mostRows),
      isCut: rows.length > mostRows,
    };
  } finally {
    prepared.destroySync();
  }
}

const QUERY_ERROR =
  /^(?:Failed to extract statements: )?(Parser|Catalog|Binder|Conversion|Invalid Input|Permission|Not implemented|Out of Range|IO) Error: /;

/** DuckDB's words for what is wrong with a query, and what can be asked. */
function explained(error: unknown, views: readonly string[], timeoutMs: number): unknown {
  const { message } = error as Error;
  if (message.startsWith("INTERRUPT Error")) {
    return new InvalidInputError(
      `the query took longer than ${timeoutMs / 1_000} s; ask less of it: name the model and the date`,
      { cause: error },
    );
  }
  const kind = QUERY_ERROR.exec(message);
  if (error instanceof InvalidInputError || kind === null) return error;
  const said = message.slice(kind[0].length).trim();
  const tables = kind[1] === "Catalog" ? `; there are the tables ${views.join(", ")}` : "";
  return new InvalidInputError(`the query cannot be asked: ${said}${tables}`, { cause: error });
}
