import { sqlName } from "../duckdb/sql.ts";

/** How columns come out of DuckDB as plain numbers, so that no chunk has a NULL to look for. */
export const columnSql = {
  /** FLOAT with NaN for missing. */
  number: (column: string) => `coalesce(${column}, 'NaN'::FLOAT)`,
  /** INTEGER code in a dictionary, -1 for missing. */
  code: (column: string, enumType: string) =>
    `coalesce(enum_code(${column}::${sqlName(enumType)})::INTEGER, -1)`,
} as const;
