import type { DuckDBConnection } from "@duckdb/node-api";
import { queryRows } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";

/** The distinct strings of a column in code-unit order, and the name of the ENUM type made of them. */
export interface Dictionary {
  readonly type: string;
  readonly strings: readonly string[];
}

/**
 * Makes an ENUM type of a column's strings, so that DuckDB itself turns each into its code: its
 * place in the dictionary. DuckDB orders text by UTF-8 bytes, which differs from code units beyond
 * the Basic Multilingual Plane, so the order is made here.
 *
 * @param column SQL of a VARCHAR column of `relation`
 */
export async function createDictionary(
  connection: DuckDBConnection,
  type: string,
  { relation, column }: { readonly relation: string; readonly column: string },
): Promise<Dictionary> {
  const rows = await queryRows(
    connection,
    `SELECT DISTINCT ${column} FROM ${relation} WHERE ${column} IS NOT NULL`,
  );
  const strings = rows.map(([text]) => String(text)).sort(byCodeUnit);

  const table = sqlName(`${type}_strings`);
  await connection.run(`CREATE TEMP TABLE ${table} (text VARCHAR)`);
  const appender = await connection.createAppender(`${type}_strings`);
  for (const text of strings) {
    appender.appendVarchar(text);
    appender.endRow();
  }
  appender.closeSync();
  await connection.run(`CREATE TYPE ${sqlName(type)} AS ENUM (SELECT text FROM ${table})`);
  await connection.run(`DROP TABLE ${table}`);
  return { type, strings };
}

const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
