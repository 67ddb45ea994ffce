import type { DuckDBConnection } from "@duckdb/node-api";
import { queryRows } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";

/**
 * Makes an ENUM type of a column's strings, so that DuckDB itself turns each into its code: its
 * place in the dictionary. DuckDB orders text by UTF-8 bytes, which differs from code units beyond
 * the Basic Multilingual Plane, so the order is made here.
 *
 * @param type name of the ENUM type
 * @param from a relation, and the SQL of one of its VARCHAR columns
 * @returns the distinct strings in code-unit order
 */
export async function createDictionary(
  connection: DuckDBConnection,
  type: string,
  { relation, column }: { readonly relation: string; readonly column: string },
): Promise<readonly string[]> {
  const rows = await queryRows(
    connection,
    `SELECT DISTINCT ${column} FROM ${relation} WHERE ${column} IS NOT NULL`,
  );
  const strings = rows.map(([text]) => String(text)).sort(byCodeUnit);

  const table = `${type}_values`;
  await connection.run(`CREATE TEMP TABLE ${sqlName(table)} (text VARCHAR)`);
  const appender = await connection.createAppender(table);
  // An ENUM needs a value; the empty text is none of a dataset's, where it is missing.
  for (const text of strings.length === 0 ? [""] : strings) {
    appender.appendVarchar(text);
    appender.endRow();
  }
  appender.closeSync();
  await connection.run(`CREATE TYPE ${sqlName(type)} AS ENUM (SELECT text FROM ${sqlName(table)})`);
  await connection.run(`DROP TABLE ${sqlName(table)}`);
  return strings;
}

const byCodeUnit = (a: string, b: string) => (a < b ? -1 : 1);
