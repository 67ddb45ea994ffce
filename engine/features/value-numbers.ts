import type { DuckDBConnection } from "@duckdb/node-api";
import type { StreamDefinition, StreamFeature } from "../../core/definition/stream-schema.ts";
import { queryRows } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";

/** A field's values as numbers, and what a number stands for. */
export interface Numbers {
  /** Absent where the feature reads no value. */
  readonly sql?: string;
  readonly textOf?: (value: number) => string;
}

/** Turns the values that features read into numbers: texts are the places that they have in their order. */
export function valueNumbers(
  connection: DuckDBConnection,
  events: { readonly stream: StreamDefinition; readonly table: string; readonly place: number },
): (feature: StreamFeature) => Promise<Numbers> {
  const { stream, table, place } = events;
  const known = new Map<string, readonly string[]>();

  const textsOf = async (field: string) => {
    const type = `millrace_text_${place}_${field}`;
    const texts = known.get(field) ?? (await createTextType(connection, { type, table, field }));
    known.set(field, texts);
    return { type, texts };
  };

  return async ({ value, operation }) => {
    if (value === undefined) return {};
    const column = sqlName(value);
    const fieldType = stream.fields[value]?.type;
    if (fieldType === "category") {
      const { type, texts } = await textsOf(value);
      return {
        sql: `enum_code(${column}::${sqlName(type)})::DOUBLE`,
        textOf: (code: number) => texts[code] as string,
      };
    }
    if (fieldType !== "boolean") return { sql: `${column}::DOUBLE` };
    const textOf = (truth: number) => String(truth === 1);
    return { sql: `${column}::INTEGER::DOUBLE`, ...(operation === "topK" && { textOf }) };
  };
}

/** Makes an ENUM of the texts of a field. @returns them in their order */
async function createTextType(
  connection: DuckDBConnection,
  { type, table, field }: { readonly type: string; readonly table: string; readonly field: string },
): Promise<readonly string[]> {
  const column = sqlName(field);
  await connection.run(
    `CREATE TYPE ${sqlName(type)} AS ENUM (SELECT '' UNION SELECT DISTINCT ${column} FROM ${table} WHERE ${column} IS NOT NULL ORDER BY 1)`,
  );
  const rows = await queryRows(
    connection,
    `SELECT unnest(enum_range(NULL::${sqlName(type)}))::VARCHAR`,
  );
  return rows.map(([text]) => String(text));
}
