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

/**
 * A result chunk by chunk (2,048 rows), in the order of its rows; never all of it in memory. DuckDB makes
 * the next chunk while one is used.
 */
export async function* queryChunks(
  connection: DuckDBConnection,
  sql: string,
): AsyncGenerator<DuckDBDataChunk> {
  const result = await connection.stream(sql);
  const fetch = () => {
    const chunk = result.fetchChunk();
    // Should it fail while the one before is used, that is told when it is waited for.
    chunk.catch(() => undefined);
    return chunk;
  };
  let next = fetch();
  try {
    for (;;) {
      const chunk = await next;
      if (chunk === null || chunk.rowCount === 0) return;
      next = fetch();
      yield chunk;
    }
  } finally {
    // Who stops early must not leave a fetch behind that meets the connection's next query.
    await next.catch(() => undefined);
  }
}
