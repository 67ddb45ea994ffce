import type { DuckDBConnection } from "@duckdb/node-api";
import type { StreamDefinition, StreamFeature } from "../../core/definition/stream-schema.ts";
import { queryNumber, queryRows } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import { conditionsSql } from "./condition-sql.ts";
import { createEntityType, entityCodeSql } from "./entity-code.ts";
import { type EventSeries, readSeries } from "./event-series.ts";
import type { WindowRequest } from "./window-function.ts";

/** What a feature is computed from, and the ENUM of its entities. */
export type FeatureSeries = WindowRequest & { readonly entityType: string };

interface Events {
  readonly stream: StreamDefinition;
  readonly table: string;
  readonly place: number;
}

/** A field's values as numbers, and what a number stands for. */
interface Numbers {
  readonly sql?: string;
  readonly textOf?: (value: number) => string;
}

/**
 * Reads the events of features. Features of the same entity, conditions and value share theirs, and the
 * memory that they take: the rates and counts of an airport are sorted once.
 */
export function seriesReader(
  connection: DuckDBConnection,
  { stream, table, place }: Events,
): (feature: StreamFeature) => Promise<FeatureSeries> {
  const features = Object.values(stream.features);
  const entities = new Map<string, { readonly type: string; readonly count: number }>();
  const texts = new Map<string, readonly string[]>();
  const read = new Map<string, EventSeries>();

  const partsOf = ({ entity }: StreamFeature) =>
    entity.map((name) => ({ name, type: stream.fields[name]?.type ?? "category" }));

  const entityOf = async (feature: StreamFeature) => {
    const key = feature.entity.join(",");
    const known = entities.get(key);
    if (known) return known;
    const type = `millrace_entity_${place}_${entities.size}`;
    await createEntityType(connection, type, { relation: table, parts: partsOf(feature) });
    const count = await queryNumber(connection, `SELECT len(enum_range(NULL::${sqlName(type)}))`);
    const found = { type, count };
    entities.set(key, found);
    return found;
  };

  /** The texts of a field in their order, which is that of their codes. */
  const textsOf = async (field: string) => {
    const type = `millrace_text_${place}_${field}`;
    const known = texts.get(field);
    if (known) return { type, texts: known };
    const column = sqlName(field);
    await connection.run(
      `CREATE TYPE ${sqlName(type)} AS ENUM (SELECT '' UNION SELECT DISTINCT ${column} FROM ${table} WHERE ${column} IS NOT NULL ORDER BY 1)`,
    );
    const rows = await queryRows(
      connection,
      `SELECT unnest(enum_range(NULL::${sqlName(type)}))::VARCHAR`,
    );
    const found = rows.map(([text]) => String(text));
    texts.set(field, found);
    return { type, texts: found };
  };

  const numbersOf = async ({ value, operation }: StreamFeature): Promise<Numbers> => {
    if (value === undefined) return {};
    const column = sqlName(value);
    const type = stream.fields[value]?.type;
    if (type === "category") {
      const { type: enumType, texts: all } = await textsOf(value);
      return {
        sql: `enum_code(${column}::${sqlName(enumType)})::DOUBLE`,
        textOf: (code: number) => all[code] as string,
      };
    }
    if (type !== "boolean") return { sql: `${column}::DOUBLE` };
    const textOf = (truth: number) => String(truth === 1);
    return { sql: `${column}::INTEGER::DOUBLE`, ...(operation === "topK" && { textOf }) };
  };

  return async (feature) => {
    const { type, count } = await entityOf(feature);
    const { sql: valueSql, textOf } = await numbersOf(feature);
    const keys = feature.entity.map((name) => `${sqlName(name)} IS NOT NULL`);
    const where = [
      ...keys,
      conditionsSql(stream.fields, feature.where),
      ...(feature.value === undefined ? [] : [`${sqlName(feature.value)} IS NOT NULL`]),
    ].join(" AND ");
    const hits = feature.of && hitsSql(stream, feature);
    // Which of the events at one time are the last of N is told by their values.
    const value = valueSql ?? (typeof feature.window === "string" ? undefined : hits);
    const id = JSON.stringify([feature.entity, where, value]);
    let series = read.get(id);
    if (series === undefined) {
      const isSame = (other: StreamFeature) =>
        other.entity.join() === feature.entity.join() &&
        JSON.stringify(other.where) === JSON.stringify(feature.where);
      const others = features.flatMap((other) =>
        other.of && isSame(other) ? [hitsSql(stream, other)] : [],
      );
      const code = `(SELECT *, ${entityCodeSql(type, partsOf(feature))} AS __code FROM ${table})`;
      series = await readSeries(connection, {
        relation: code,
        entities: count,
        where,
        ...(value !== undefined && { value }),
        others: feature.value === undefined ? others : [],
      });
      read.set(id, series);
    }
    const values = series.columns.get(valueSql ?? hits ?? "");
    return { feature, series, values, entityType: type, ...(textOf && { textOf }) };
  };
}

const hitsSql = ({ fields }: StreamDefinition, { of = [] }: StreamFeature): string =>
  `(${conditionsSql(fields, of)})::INTEGER::DOUBLE`;
