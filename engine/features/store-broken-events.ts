import { join } from "node:path";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { sqlText } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import type { Aggregates } from "./aggregate-functions.ts";

/**
 * Stores the events that break their contract, of each stream that has such, as `<key>-<stream>.parquet`:
 * the fields as they stand in the files, with `__reason`. Of several files every field is text: what is
 * JSON in one has another type in the next.
 */
export async function storeBrokenEvents(
  { connection, directory }: Duckdb,
  request: {
    readonly store: Pick<ObjectStore, "putFile">;
    readonly key: string;
    readonly streams: Aggregates["streams"];
  },
): Promise<void> {
  const { store, key, streams } = request;
  for (const { stream, quarantinePaths } of streams) {
    if (quarantinePaths.length === 0) continue;
    const path = join(directory, `broken-events-${stream}.parquet`);
    await connection.run(
      `COPY (SELECT * FROM (${together(quarantinePaths)}) ORDER BY ALL) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    await store.putFile(`${key}-${stream}.parquet`, path);
  }
}

function together(paths: readonly string[]): string {
  const columns = paths.length === 1 ? "*" : "COLUMNS(*)::VARCHAR";
  return paths
    .map((path) => `SELECT ${columns} FROM read_parquet(${sqlText(path)})`)
    .join(" UNION ALL BY NAME ");
}
