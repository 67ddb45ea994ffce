import { join } from "node:path";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { rawName } from "../dataset/field-rules.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { CHECKED, type CheckedFile } from "./check-batch.ts";
import { resultColumns, SCORES } from "./score-rows.ts";

/**
 * Writes the results to this machine's disk, rows in the file's order: `row` (place in the file, from
 * 0; of csv among the lines that are rows), `id` where the definition has one, the task's output columns
 * (of a binary model `score` and `label`), of a model with the routine `postprocess` `rule` and `answer`,
 * `version`.
 */
export async function writeScores(
  duckdb: Duckdb,
  { definition, version }: { readonly definition: StoredDefinition; readonly version: number },
): Promise<string> {
  const id = definition.source.id === undefined ? "" : "__id AS id, ";
  const outputs = resultColumns(definition).map(({ name, type }) => {
    const column = sqlName(name);
    return { column, sql: type === "label" ? `${column}::INTEGER AS ${column}` : column };
  });
  const rows = `SELECT rowid AS "row", ${id}FROM ${CHECKED.rows} WHERE __reason IS NULL`;
  return copy(
    duckdb,
    "output",
    `SELECT * EXCLUDE (${[...outputs.map(({ column }) => column), "__failure"]}), ${outputs.map(({ sql }) => sql)}, ${version}::INTEGER AS version
     FROM (${rows}) POSITIONAL JOIN ${SCORES} WHERE __failure IS NULL`,
  );
}

/**
 * Writes the broken rows: every column that is needed as it stands in the file, `__row`, `__line` of a
 * line that is no row, and `__reason`.
 */
export async function writeRejected(
  duckdb: Duckdb,
  { columns, read }: Pick<CheckedFile, "columns" | "read">,
): Promise<string> {
  const raw = columns.map(({ name }) => `${rawName(name)} AS ${sqlName(name)}`).join(", ");
  return copy(
    duckdb,
    "rejected",
    `SELECT rowid AS __row, ${raw}, NULL::VARCHAR AS __line, __reason
     FROM ${CHECKED.rows} WHERE __reason IS NOT NULL
     UNION ALL BY NAME (${unanswered(read)})
     UNION ALL BY NAME (SELECT __line, __reason FROM ${CHECKED.lines} ORDER BY ALL)`,
  );
}

/** Rows that keep the contract and that the graph gives no answer for, read a second time. */
function unanswered(read: string): string {
  const rows = `SELECT rowid AS __row FROM ${CHECKED.rows} WHERE __reason IS NULL`;
  const failed = `SELECT __row, __failure AS __reason FROM (${rows}) POSITIONAL JOIN ${SCORES} WHERE __failure IS NOT NULL`;
  const placed = `SELECT row_number() OVER () - 1 AS __row, * FROM (${read})`;
  return `SELECT * FROM (${placed}) JOIN (${failed}) USING (__row) ORDER BY __row`;
}

async function copy(
  { connection, directory }: Duckdb,
  name: string,
  query: string,
): Promise<string> {
  const path = join(directory, `${name}.parquet`);
  await connection.run(
    `COPY (${query}) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
  );
  return path;
}
