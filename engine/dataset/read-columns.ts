import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import { queryChunks } from "../duckdb/query.ts";

export type ColumnArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Uint32Array
  | BigInt64Array;

/**
 * Reads a result into columns of numbers, one for each column of the result; what is beyond their
 * length is counted only.
 *
 * @param sql a query without NULL in its result: see `columnSql`
 * @returns the number of rows of the result
 */
export async function readColumns(
  connection: DuckDBConnection,
  sql: string,
  columns: readonly ColumnArray[],
): Promise<number> {
  const length = Math.min(...columns.map((column) => column.length));
  let at = 0;
  for await (const chunk of queryChunks(connection, sql)) {
    if (at + chunk.rowCount <= length) {
      for (const [i, column] of columns.entries()) copyVector(chunk.getColumnVector(i), column, at);
    }
    at += chunk.rowCount;
  }
  return at;
}

/** NaN becomes the one NaN of JavaScript, so that equal columns have equal bytes. */
function copyVector(vector: DuckDBVector, column: ColumnArray, at: number): void {
  for (let i = 0; i < vector.itemCount; i++) {
    const value = vector.getItem(i);
    column[at + i] = Number.isNaN(value) ? Number.NaN : (value as number);
  }
}
