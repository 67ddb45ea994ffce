import type { DuckDBConnection } from "@duckdb/node-api";
import type { DatasetColumn } from "../../core/dataset/manifest.ts";
import { sqlName } from "../duckdb/sql.ts";
import { createDictionary } from "./dictionary.ts";

/** A column of a dataset, and the SQL that gives its numbers. */
export interface ColumnSql extends DatasetColumn {
  /** Codes or float32 without NULL: NaN and -1 for missing. */
  readonly sql: string;
  /** The strings' ENUM type, for categories. */
  readonly enumType?: string;
  /** Of a category: its distinct strings in code-unit order. */
  readonly dictionary?: readonly string[];
}

/** Some columns of a dataset, each by its name in `relation`, with dictionaries. */
export async function columnSqls(
  connection: DuckDBConnection,
  request: {
    readonly inputs: readonly DatasetColumn[];
    readonly relation: string;
    /** Begins the names of the ENUM types: tells apart the splits in one database. */
    readonly prefix: string;
  },
): Promise<readonly ColumnSql[]> {
  const { inputs, relation, prefix } = request;
  const columns: ColumnSql[] = [];
  for (const [i, { name, kind }] of inputs.entries()) {
    const column = sqlName(name);
    if (kind === "number") {
      columns.push({ name, kind, sql: `coalesce(${column}, 'NaN'::FLOAT)` });
      continue;
    }
    const enumType = `${prefix}_strings_${i}`;
    const dictionary = await createDictionary(connection, enumType, { relation, column });
    const sql = `coalesce(enum_code(${column}::${sqlName(enumType)})::INTEGER, -1)`;
    columns.push({ name, kind, sql, enumType, dictionary });
  }
  return columns;
}
