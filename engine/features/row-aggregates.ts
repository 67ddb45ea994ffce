import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { StreamRows } from "../../core/dataset/lineage.ts";
import type { PlannedEvents } from "../../core/dataset/source-plan.ts";
import { type AggregateColumn, aggregateColumns } from "../../core/definition/aggregate-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { checkedRows } from "../dataset/checked-rows.ts";
import type { ComputedSql } from "../dataset/computed-sql.ts";
import type { OpenFile } from "../dataset/source-files.ts";
import { queryRows } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { aggregateFunctions } from "./aggregate-functions.ts";
import { timeMsSql } from "./condition-sql.ts";
import { storeBrokenEvents } from "./store-broken-events.ts";
import type { TimeSpan } from "./stream-events.ts";

/** What aggregates of rows are computed from. */
export interface RowAggregatesRequest {
  readonly store: Pick<ObjectStore, "localPath" | "list" | "putFile">;
  readonly definition: StoredDefinition;
  /** Files whose rows are asked about. */
  readonly sources: readonly Pick<OpenFile, "queryAgain" | "types">[];
  /** The contract's, the event time's among them. */
  readonly columns: readonly ContractColumn[];
  /** Key, without ending, that broken events are stored under; not stored if absent. */
  readonly quarantineKey?: string | undefined;
  /** The streams' past as it was planned. @default what the store has now */
  readonly planned?: readonly PlannedEvents[] | undefined;
}

/** Aggregates over rows' typed fields, and what was read of each stream for them. */
export interface RowAggregates {
  readonly features: readonly ComputedSql[];
  readonly streams: readonly StreamRows[];
}

/**
 * The aggregates that a definition's rows have, made callable in this database. Only that part of the
 * streams' past is read which lies within reach of the rows.
 *
 * @param wanted @default those that are inputs or that a row feature reads
 * @throws what `aggregateFunctions` throws
 */
export async function rowAggregates(
  duckdb: Duckdb,
  request: RowAggregatesRequest,
  wanted: readonly AggregateColumn[] = readAggregates(request.definition),
): Promise<RowAggregates> {
  const { store, definition, quarantineKey, planned } = request;
  const { eventTime } = definition.source;
  if (wanted.length === 0 || eventTime === undefined) return { features: [], streams: [] };
  const span = await rowsSpan(duckdb.connection, request, eventTime);
  const { fields } = definition;
  const { features, streams } = await aggregateFunctions(duckdb, {
    ...{ store, columns: wanted, fields, eventTime, span, planned },
  });
  if (quarantineKey !== undefined) {
    await storeBrokenEvents(duckdb, { store, key: quarantineKey, streams });
  }
  return {
    features,
    streams: streams.map(({ stream, objects, broken }) => ({ stream, objects, broken })),
  };
}

/** Inputs of the model, and what any row feature reads. */
function readAggregates(definition: StoredDefinition): readonly AggregateColumn[] {
  const read = new Set(Object.values(definition.rowFeatures).flatMap(({ from }) => from));
  return aggregateColumns(definition).filter(({ name, input }) => input || read.has(name));
}

/** Times of the rows, those that cannot be read left out. */
async function rowsSpan(
  connection: DuckDBConnection,
  { sources, columns }: RowAggregatesRequest,
  eventTime: string,
): Promise<TimeSpan> {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const timeOnly = columns.filter(({ name }) => name === eventTime);
  const timeMs = timeMsSql(sqlName(eventTime));
  for (const { queryAgain, types } of sources) {
    const rows = checkedRows(queryAgain, types, { columns: timeOnly, features: [] });
    const [found] = await queryRows(
      connection,
      `SELECT min(${timeMs}), max(${timeMs}) FROM (${rows})`,
    );
    if (typeof found?.[0] !== "number") continue;
    fromMs = Math.min(fromMs, found[0]);
    toMs = Math.max(toMs, Number(found[1]));
  }
  return fromMs > toMs ? { fromMs: 0, toMs: 0 } : { fromMs, toMs };
}
