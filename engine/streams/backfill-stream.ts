import type { DuckDBConnection } from "@duckdb/node-api";
import type { StreamDefinition } from "../../core/definition/stream-schema.ts";
import { InvalidInputError, NotFoundError } from "../../core/errors.ts";
import type { EventValue, FeatureStore, StreamEvent } from "../../core/features/feature-store.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Change } from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { CLOCK_SKEW_MS } from "../../core/streams/parse-events.ts";
import { streamRetentionMs } from "../../core/streams/stream-retention.ts";
import { queryNumber, queryRows } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import { type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { loadStreamEvents } from "../features/stream-events.ts";
import { usedFields } from "../features/used-fields.ts";
import { streamLoader } from "./load-stream.ts";

/** What a backfill did. */
export interface Backfilled {
  readonly stream: string;
  /** Events of the past within the time that was asked for. */
  readonly events: number;
  readonly added: number;
  readonly duplicates: number;
  readonly tooLate: number;
  /** Events of the past that break their stream's contract. */
  readonly broken: number;
  /** The state now holds every event from here on, ISO 8601. */
  readonly completeFrom: string;
  /** ISO 8601; absent where there was none. */
  readonly newestEvent?: string;
}

export interface BackfillOrder {
  readonly stream: string;
  /** First and end of the event times, milliseconds since 1970; no more than the features need. */
  readonly fromMs?: number;
  readonly untilMs?: number;
}

export interface BackfillDeps {
  readonly store: Pick<ObjectStore, "get" | "list" | "localPath">;
  readonly registry: Pick<Registry, "stream" | "recordBackfill">;
  readonly features: Pick<FeatureStore, "add" | "setCompleteFrom">;
  readonly duckdb: DuckdbOptions;
  readonly clock: Clock;
  readonly change: Change;
  readonly onProgress: (done: number, of: number) => void;
}

/** Events of one call of the store. */
const BATCH = 5_000;

/** Every time that a Date can be. */
const ALL_TIMES = { fromMs: -8.64e15, toMs: 8.64e15 };

/**
 * Fills the state of a stream from its past: history files and events that came in, from as long before
 * the newest event as any feature looks back. It may be run again at any time: an event counts once.
 *
 * @throws {NotFoundError} if there is no such stream, or it has no past.
 * @throws {InvalidInputError} if the end is not after the beginning.
 */
export async function backfillStream(
  deps: BackfillDeps,
  { stream: name, fromMs, untilMs }: BackfillOrder,
): Promise<Backfilled> {
  const { store, registry, features, change } = deps;
  const { definitionDigest } = await registry.stream(name);
  const stream = await streamLoader(store)(name, definitionDigest);
  if (fromMs !== undefined && untilMs !== undefined && untilMs <= fromMs) {
    throw new InvalidInputError(`backfill ends at ${iso(untilMs)}, not after ${iso(fromMs)}`);
  }
  if (Object.keys(stream.features).length === 0) {
    throw new NotFoundError(`stream ${name} has no features, so there is no state to fill`);
  }
  const done = await withDuckdb(deps.duckdb, async (duckdb) => {
    const { table, broken } = await loadStreamEvents(duckdb, {
      ...{ store, stream, span: ALL_TIMES, place: 0 },
    });
    const { connection } = duckdb;
    const before = Math.min(untilMs ?? Number.POSITIVE_INFINITY, deps.clock() + CLOCK_SKEW_MS);
    const until = `__ms < ${before}`;
    const newest = await newestOf(connection, table, until);
    // earlier events are too late for the state, and it would not be complete from there
    const needed = (newest ?? deps.clock()) - streamRetentionMs(stream);
    const from = Math.max(fromMs ?? needed, needed);
    const added = await addPast(deps, connection, {
      stream,
      table: `${table} WHERE __ms >= ${from} AND ${until}`,
    });
    return { ...added, broken, from, newest };
  });
  await features.setCompleteFrom(stream, done.from);
  const { from, newest, ...counts } = done;
  const times = {
    completeFrom: iso(from),
    ...(newest !== undefined && { newestEvent: iso(newest) }),
  };
  await registry.recordBackfill(name, { definitionDigest, ...times, events: done.events }, change);
  return { stream: name, ...counts, ...times };
}

async function newestOf(connection: DuckDBConnection, table: string, until: string) {
  const rows = await queryRows(connection, `SELECT max(__ms) FROM ${table} WHERE ${until}`);
  const newest = rows[0]?.[0];
  return newest === null || newest === undefined ? undefined : Number(newest);
}

async function addPast(
  { features, onProgress }: BackfillDeps,
  connection: DuckDBConnection,
  { stream, table }: { readonly stream: StreamDefinition; readonly table: string },
) {
  const of = await queryNumber(connection, `SELECT count(*) FROM ${table}`);
  const columns = usedFields(stream);
  const selected = columns.map(({ name, type }) =>
    type === "timestamp" ? `epoch_ms(${sqlName(name)})` : sqlName(name),
  );
  // rows of history without an id are told apart by their place, which every reading finds the same
  const rows = await connection.stream(
    `SELECT coalesce(__id, 'history:' || rowid), __ms, ${selected.join(", ")} FROM ${table} ORDER BY __ms, rowid`,
  );
  const counts = { events: of, added: 0, duplicates: 0, tooLate: 0 };
  let done = 0;
  let waiting: StreamEvent[] = [];
  const flush = async () => {
    if (waiting.length === 0) return;
    const result = await features.add(stream, waiting);
    counts.added += result.added;
    counts.duplicates += result.duplicates;
    counts.tooLate += result.tooLate;
    done += waiting.length;
    waiting = [];
    onProgress(done, of);
  };
  for (;;) {
    const chunk = await rows.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    for (const row of chunk.getRows()) waiting.push(eventOf(row, columns));
    if (waiting.length >= BATCH) await flush();
  }
  await flush();
  return counts;
}

function eventOf(
  [id, timeMs, ...values]: readonly unknown[],
  columns: readonly { readonly name: string }[],
): StreamEvent {
  const named = columns.map(({ name }, i) => [name, plain(values[i])] as const);
  return { id: String(id), timeMs: Math.floor(Number(timeMs)), values: Object.fromEntries(named) };
}

/** BIGINT comes as bigint. */
const plain = (value: unknown): EventValue =>
  typeof value === "bigint" ? Number(value) : ((value ?? null) as EventValue);

const iso = (ms: number): string => new Date(ms).toISOString();
