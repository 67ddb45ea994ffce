import type { DuckDBConnection } from "@duckdb/node-api";
import type { FieldType } from "../../core/definition/model-definition.ts";
import { sqlName } from "../duckdb/sql.ts";

/** Code of an entity that has no event, and of one that is not told because part of its key is missing. */
export const UNKNOWN_ENTITY = -1;
export const NO_ENTITY = -2;

/** A field that is part of a key, by its column of typed values. */
export interface KeyPart {
  readonly name: string;
  readonly type: FieldType;
}

/**
 * A key as one text: of several fields each with its length before it, so that no two keys meet. NULL
 * where a part is missing.
 */
export function keyTextSql(parts: readonly KeyPart[]): string {
  const texts = parts.map(({ name, type }) =>
    type === "category" ? sqlName(name) : `${sqlName(name)}::VARCHAR`,
  );
  const [first] = texts;
  if (first !== undefined && texts.length === 1) return first;
  return texts.map((text) => `strlen(${text}) || ':' || ${text}`).join(" || ");
}

/**
 * Makes an ENUM of the keys that events have, so that DuckDB turns a key into a small whole number.
 *
 * @param relation of events with the columns of the parts
 */
export async function createEntityType(
  connection: DuckDBConnection,
  type: string,
  { relation, parts }: { readonly relation: string; readonly parts: readonly KeyPart[] },
): Promise<void> {
  // An ENUM needs a value; no key is the empty text, which is a missing one.
  await connection.run(
    `CREATE TYPE ${sqlName(type)} AS ENUM (SELECT '' UNION SELECT DISTINCT key FROM (SELECT ${keyTextSql(parts)} AS key FROM ${relation}) WHERE key IS NOT NULL)`,
  );
}

/** The code of a row's entity as INTEGER, never NULL. */
export function entityCodeSql(type: string, parts: readonly KeyPart[]): string {
  const key = keyTextSql(parts);
  const code = `coalesce(enum_code(TRY_CAST(${key} AS ${sqlName(type)}))::INTEGER, ${UNKNOWN_ENTITY})`;
  return `CASE WHEN ${parts.map(({ name }) => `${sqlName(name)} IS NULL`).join(" OR ")} THEN ${NO_ENTITY} ELSE ${code} END`;
}
