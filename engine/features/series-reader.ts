import type { DuckDBConnection } from "@duckdb/node-api";
import type { StreamDefinition, StreamFeature } from "../../core/definition/stream-schema.ts";
import { queryNumber } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { conditionsSql } from "./condition-sql.ts";
import { createEntityType, entityCodeSql } from "./entity-code.ts";
import { type EventSeries, readSeries, type SeriesQuery } from "./event-series.ts";
import { type Numbers, valueNumbers } from "./value-numbers.ts";
import type { WindowRequest } from "./window-function.ts";

/** What a feature is computed from, and the ENUM of its entities. */
export type FeatureSeries = WindowRequest & { readonly entityType: string };

interface Events {
  readonly stream: StreamDefinition;
  readonly table: string;
  readonly place: number;
}

interface EntityType {
  readonly type: string;
  readonly count: number;
}

/** What is known of a feature before its events are read. */
interface Plan {
  readonly name: string;
  readonly feature: StreamFeature;
  readonly entity: EntityType;
  readonly numbers: Numbers;
  /** SQL of 1 for each hit of a rate and 0 else. */
  readonly hits: string | undefined;
  readonly query: SeriesQuery;
  /** The same for features that share a series. */
  readonly id: string;
}

/**
 * Reads the events of a stream's features. Features of the same entity, conditions and value share theirs,
 * and the memory that they take: the rates and counts of an airport are sorted once. Series are read at the
 * same time, each over a connection of its own, since most of it is waiting for DuckDB.
 *
 * @returns by the feature's name
 */
export async function readFeatureSeries(
  duckdb: Duckdb,
  events: Events,
): Promise<ReadonlyMap<string, FeatureSeries>> {
  const plans: Plan[] = [];
  const entityOf = entityTypes(duckdb.connection, events);
  const numbersOf = valueNumbers(duckdb.connection, events);
  for (const [name, feature] of Object.entries(events.stream.features)) {
    const entity = await entityOf(feature);
    plans.push(planOf(events, { name, feature, entity, numbers: await numbersOf(feature) }));
  }
  const distinct = [...new Map(plans.map(({ id, query }) => [id, query]))];
  const reading = distinct.map(async ([id, query]) => {
    return [id, await readSeries(await duckdb.connect(), query)] as const;
  });
  // the database must not be closed under a query
  await Promise.allSettled(reading);
  const read = new Map(await Promise.all(reading));
  return new Map(
    plans.map((plan) => [plan.name, seriesOf(plan, read.get(plan.id) as EventSeries)]),
  );
}

function seriesOf({ feature, entity, numbers, hits }: Plan, series: EventSeries): FeatureSeries {
  const { sql, textOf } = numbers;
  const values = series.columns.get(sql ?? hits ?? "");
  return { feature, series, values, entityType: entity.type, ...(textOf && { textOf }) };
}

const partsOf = ({ fields }: StreamDefinition, { entity }: StreamFeature) =>
  entity.map((name) => ({ name, type: fields[name]?.type ?? "category" }));

/** The ENUM of each kind of entity, made once. */
function entityTypes(connection: DuckDBConnection, { stream, table, place }: Events) {
  const known = new Map<string, EntityType>();
  return async (feature: StreamFeature): Promise<EntityType> => {
    const key = feature.entity.join(",");
    const found = known.get(key);
    if (found) return found;
    const type = `millrace_entity_${place}_${known.size}`;
    await createEntityType(connection, type, { relation: table, parts: partsOf(stream, feature) });
    const count = await queryNumber(connection, `SELECT len(enum_range(NULL::${sqlName(type)}))`);
    known.set(key, { type, count });
    return { type, count };
  };
}

function planOf(
  { stream, table }: Events,
  known: Pick<Plan, "name" | "feature" | "entity" | "numbers">,
): Plan {
  const { feature, entity, numbers } = known;
  const where = [
    ...feature.entity.map((name) => `${sqlName(name)} IS NOT NULL`),
    conditionsSql(stream.fields, feature.where),
    ...(feature.value === undefined ? [] : [`${sqlName(feature.value)} IS NOT NULL`]),
  ].join(" AND ");
  const hits = feature.of && hitsSql(stream, feature);
  // Which of the events at one time are the last of N is told by their values.
  const value = numbers.sql ?? (typeof feature.window === "string" ? undefined : hits);
  const code = entityCodeSql(entity.type, partsOf(stream, feature));
  return {
    ...known,
    hits,
    id: JSON.stringify([feature.entity, where, value]),
    query: {
      ...{ table, code },
      entities: entity.count,
      where,
      ...(value !== undefined && { value }),
      others: feature.value === undefined ? hitsOfAlike(stream, feature) : [],
    },
  };
}

/** Of every rate that has the entity and the conditions of a feature. */
function hitsOfAlike(stream: StreamDefinition, feature: StreamFeature): readonly string[] {
  const alike = (other: StreamFeature) =>
    other.entity.join() === feature.entity.join() &&
    JSON.stringify(other.where) === JSON.stringify(feature.where);
  return Object.values(stream.features).flatMap((other) =>
    other.of && alike(other) ? [hitsSql(stream, other)] : [],
  );
}

const hitsSql = ({ fields }: StreamDefinition, { of = [] }: StreamFeature): string =>
  `(${conditionsSql(fields, of)})::INTEGER::DOUBLE`;
