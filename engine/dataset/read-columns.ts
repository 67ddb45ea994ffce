import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { queryChunks, queryNumber } from "../duckdb/query.ts";
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
    use(numbersOf(chunk));
  }
}

/** Rows that are fetched at once: eight of DuckDB's row groups. */
const PIECE_ROWS = 8 * 122_880;

/**
 * As `eachChunk`, of the rows of a table as they were inserted. Pieces of a million rows are fetched at
 * once, the next one while one is used: twice as quick as fetching each chunk for itself.
 */
export async function eachTableChunk(
  connection: DuckDBConnection,
  { table, select, where = "true" }: TableColumns,
  use: (columns: readonly ColumnArray[]) => void,
): Promise<void> {
  const rows = await queryNumber(connection, `SELECT count(*) FROM ${table}`);
  const piece = (from: number) => {
    const within = `rowid >= ${from} AND rowid < ${from + PIECE_ROWS}`;
    const running = connection.run(`SELECT ${select} FROM ${table} WHERE ${within} AND (${where})`);
    // Should it fail while the one before is used, that is told when it is waited for.
    running.catch(() => undefined);
    return running;
  };
  let next = piece(0);
  try {
    for (let from = 0; from < rows; from += PIECE_ROWS) {
      const result = await next;
      if (from + PIECE_ROWS < rows) next = piece(from + PIECE_ROWS);
      const { chunkCount } = result;
      for (let i = 0; i < chunkCount; i++) use(numbersOf(result.getChunk(i)));
    }
  } finally {
    // Who stops early must not leave a query behind that meets the connection's next one.
    await next.catch(() => undefined);
  }
}

/** As `readColumns`, of the rows of a table as they were inserted. */
export async function readTableColumns(
  connection: DuckDBConnection,
  request: TableColumns,
  columns: readonly ColumnArray[],
): Promise<void> {
  let at = 0;
  await eachTableChunk(connection, request, (chunk) => {
    for (const [i, numbers] of chunk.entries())
      (columns[i] as Float64Array).set(numbers as Float64Array, at);
    at += (chunk[0] as ColumnArray).length;
  });
}

/** Columns of a table without NULL: see `columnSql`. */
export interface TableColumns {
  readonly table: string;
  /** SQL of the columns. */
  readonly select: string;
  /** SQL of which rows. @default all */
  readonly where?: string;
}

const numbersOf = (chunk: DuckDBDataChunk): readonly ColumnArray[] =>
  Array.from({ length: chunk.columnCount }, (_, i) => vectorNumbers(chunk.getColumnVector(i)));
