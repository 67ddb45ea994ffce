import type { DuckDBConnection } from "@duckdb/node-api";
import { rejectedLines } from "../dataset/rejected-lines.ts";
import { queryNumber, queryRows } from "../duckdb/query.ts";
import { sqlTexts } from "../duckdb/sql.ts";
import type { EventSource } from "./event-sources.ts";

/** An object of a stream's past, and how many events are in it, broken ones too. */
export interface EventRows {
  readonly key: string;
  readonly rows: number;
}

/** Counts the events of every object of a source: of Parquet by its footers, else by reading once more. */
export async function eventRows(
  connection: DuckDBConnection,
  { keys, paths, queryAgain, rejects }: EventSource,
): Promise<readonly EventRows[]> {
  if (rejects !== undefined) {
    const lines = `SELECT count(*) FROM (${rejectedLines(rejects)})`;
    const count = await queryNumber(connection, `SELECT count(*) FROM (${queryAgain})`);
    const rows = count + (await queryNumber(connection, lines));
    return keys.map((key) => ({ key, rows }));
  }
  const counts = await queryRows(
    connection,
    `SELECT file_name, num_rows FROM parquet_file_metadata(${sqlTexts(paths)})`,
  );
  const rowsOf = new Map(counts.map(([path, rows]) => [String(path), Number(rows)]));
  return keys.map((key, i) => ({ key, rows: rowsOf.get(paths[i] as string) ?? 0 }));
}
