import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";

/** Rows of a small result as plain values: whole numbers above 32 bits come as bigint. */
export async function queryRows(
  connection: DuckDBConnection,
  sql: string,
): Promise<readonly (readonly unknown[])[]> {
  const result = await connection.run(sql);
  return result.getRowsJS();
}

/** The one value of the one row of a result, as a number. */
export async function queryNumber(connection: DuckDBConnection, sql: string): Promise<number> {
  const rows = await queryRows(connection, sql);
  return Number(rows[0]?.[0]);
}

/** Names and types of the columns of a query, without running it. */
export async function columnsOf(
  connection: DuckDBConnection,
  query: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await queryRows(connection, `DESCRIBE ${query}`);
  return new Map(rows.map(([name, type]) => [String(name), String(type)]));
}

/** A result chunk by chunk (2,048 rows), in the order of its rows; never all of it in memory. */
export async function* queryChunks(
  connection: DuckDBConnection,
  sql: string,
): AsyncGenerator<DuckDBDataChunk> {
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk;
  }
}
