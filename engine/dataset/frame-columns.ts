import type { DuckDBConnection } from "@duckdb/node-api";
import type { DatasetColumn } from "../../core/dataset/manifest.ts";
import type { FrameColumn } from "../../core/training/training-frame.ts";
import { columnSqls } from "./column-sql.ts";

/** A column of a frame that is yet to be filled, and the SQL that fills it. */
export interface FrameColumnSql {
  readonly column: FrameColumn;
  /** Codes or float32 without NULL: NaN and -1 for missing. */
  readonly sql: string;
}

/** Empty columns for some of a dataset, each by its name in `relation`, with dictionaries. */
export async function frameColumns(
  connection: DuckDBConnection,
  request: {
    readonly inputs: readonly DatasetColumn[];
    readonly relation: string;
    readonly rows: number;
    /** Begins the names of the ENUM types: tells apart the splits in one database. */
    readonly prefix: string;
  },
): Promise<readonly FrameColumnSql[]> {
  const { rows } = request;
  const columns = await columnSqls(connection, request);
  return columns.map(({ name, kind, sql, dictionary = [] }) => ({
    sql,
    column:
      kind === "number"
        ? { kind, name, values: new Float32Array(rows) }
        : { kind, name, codes: new Int32Array(rows), dictionary },
  }));
}

/** The numbers of a column. */
export const arrayOf = (column: FrameColumn): Float32Array | Int32Array =>
  column.kind === "number" ? column.values : column.codes;
