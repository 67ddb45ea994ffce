import type { DuckDBConnection } from "@duckdb/node-api";
import type { DatasetColumn } from "../../core/dataset/manifest.ts";
import type { FrameColumn } from "../../core/training/training-frame.ts";
import { sqlName } from "../duckdb/sql.ts";
import { createDictionary } from "./dictionary.ts";

/** A column of a frame that is yet to be filled, and the SQL that fills it. */
export interface FrameColumnSql {
  readonly column: FrameColumn;
  /** Codes or float32 without NULL: NaN and -1 for missing. */
  readonly sql: string;
  /** The strings' ENUM type, for categories. */
  readonly enumType?: string;
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
  const { inputs, relation, rows, prefix } = request;
  const columns: FrameColumnSql[] = [];
  for (const [i, { name, kind }] of inputs.entries()) {
    const column = sqlName(name);
    if (kind === "number") {
      const sql = `coalesce(${column}, 'NaN'::FLOAT)`;
      columns.push({ column: { kind, name, values: new Float32Array(rows) }, sql });
      continue;
    }
    const enumType = `${prefix}_strings_${i}`;
    const dictionary = await createDictionary(connection, enumType, { relation, column });
    const sql = `coalesce(enum_code(${column}::${sqlName(enumType)})::INTEGER, -1)`;
    columns.push({
      column: { kind, name, codes: new Int32Array(rows), dictionary },
      sql,
      enumType,
    });
  }
  return columns;
}

/** The numbers of a column. */
export const arrayOf = (column: FrameColumn): Float32Array | Int32Array =>
  column.kind === "number" ? column.values : column.codes;
