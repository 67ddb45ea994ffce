import { rm } from "node:fs/promises";
import { join } from "node:path";
import { queryRows } from "../../engine/duckdb/query.ts";
import { sqlText } from "../../engine/duckdb/sql.ts";
import { withDuckdb } from "../../engine/duckdb/with-duckdb.ts";

/** 3,000,000 flights of January to June 2001. */
export const ALL_FLIGHTS = join(
  import.meta.dirname,
  "../../node_modules/vega-datasets/data/flights-3m.parquet",
);

/** Writes every tenth flight to a file: the same 300,000 each time. */
export async function writeTenthOfFlights(folder: string): Promise<string> {
  const file = join(folder, "tenth-of-flights.parquet");
  await rm(file, { force: true });
  await withDuckdb({ threads: 2 }, ({ connection }) =>
    queryRows(
      connection,
      `COPY (SELECT * EXCLUDE file_row_number
             FROM read_parquet(${sqlText(ALL_FLIGHTS)}, file_row_number = true)
             WHERE file_row_number % 10 = 0)
       TO ${sqlText(file)} (FORMAT parquet)`,
    ),
  );
  return file;
}
