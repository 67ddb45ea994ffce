import type { DuckDBConnection } from "@duckdb/node-api";
import type { NumberProfile } from "../../core/dataset/baseline.ts";
import { sortedProfiler } from "../../core/dataset/sorted-profiler.ts";
import { queryRows } from "../duckdb/query.ts";
import type { CountSql } from "./profile-weight-sql.ts";
import { eachTableChunk } from "./read-columns.ts";

const COUNTED = "counted_numbers";

/**
 * Profile of a numeric column of a table, in memory that does not grow with it: DuckDB counts and
 * sorts the distinct values, on disk where they are many, and they are read twice, piece by piece.
 *
 * @param column its SQL name
 * @param rowCount SQL of how much the rows of a group count
 */
export async function numberProfile(
  connection: DuckDBConnection,
  table: string,
  column: string,
  rowCount: CountSql = "count(*)",
): Promise<NumberProfile> {
  await connection.run(
    `CREATE TEMP TABLE ${COUNTED} AS SELECT ${column}::DOUBLE AS number, ${rowCount}::DOUBLE AS count FROM ${table} WHERE isfinite(${column}) GROUP BY ${column} ORDER BY ${column}`,
  );
  const [[rows, finite] = []] = await queryRows(
    connection,
    `SELECT (SELECT ${rowCount} FROM ${table}), (SELECT coalesce(sum(count), 0) FROM ${COUNTED})`,
  );
  const profiler = sortedProfiler({ rows: Number(rows), finite: Number(finite) });
  const eachValue = (use: (value: number, count: number) => void) =>
    eachTableChunk(connection, { table: COUNTED, select: "number, count" }, (columns) => {
      const [values, counts] = columns as readonly [Float64Array, Float64Array];
      for (let i = 0; i < values.length; i++) use(values[i] as number, counts[i] as number);
    });
  await eachValue(profiler.add);
  await eachValue(profiler.addAgain);
  await connection.run(`DROP TABLE ${COUNTED}`);
  return profiler.profile();
}
