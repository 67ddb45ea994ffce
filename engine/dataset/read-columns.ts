import type { DuckDBConnection } from "@duckdb/node-api";
import { queryChunks } from "../duckdb/query.ts";
import { vectorNumbers } from "./vector-numbers.ts";

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
      for (const [i, column] of columns.entries()) {
        (column as Float64Array).set(vectorNumbers(chunk.getColumnVector(i)) as Float64Array, at);
      }
    }
    at += chunk.rowCount;
  }
  return at;
}

/**
 * Reads a result chunk by chunk: arrays of one length, one for each column of the result, which are
 * valid until the next chunk only.
 *
 * @param sql as of `readColumns`
 */
export async function eachChunk(
  connection: DuckDBConnection,
  sql: string,
  use: (columns: readonly ColumnArray[]) => void,
): Promise<void> {
  for await (const chunk of queryChunks(connection, sql)) {
    use(
      Array.from({ length: chunk.columnCount }, (_, i) => vectorNumbers(chunk.getColumnVector(i))),
    );
  }
}
