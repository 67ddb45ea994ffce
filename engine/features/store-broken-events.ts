import { join } from "node:path";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { sqlText, sqlTexts } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import type { Aggregates } from "./aggregate-functions.ts";

/**
 * Stores the events that break their contract, of each stream that has such, as `<key>-<stream>.parquet`:
 * the fields as they stand in the files, with `__reason`.
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
      `COPY (SELECT * FROM read_parquet(${sqlTexts(quarantinePaths)}, union_by_name = true) ORDER BY ALL) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    await store.putFile(`${key}-${stream}.parquet`, path);
  }
}
