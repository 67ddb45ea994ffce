import type { DuckDBConnection } from "@duckdb/node-api";
import { InvalidInputError, NotFoundError } from "../../core/errors.ts";
import type { FeatureStore } from "../../core/features/feature-store.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import type { Change } from "../../core/registry/records.ts";
import type { Registry } from "../../core/registry/registry.ts";
import { CLOCK_SKEW_MS } from "../../core/streams/parse-events.ts";
import { streamRetentionMs } from "../../core/streams/stream-retention.ts";
import { queryRows } from "../duckdb/query.ts";
import { type DuckdbOptions, withDuckdb } from "../duckdb/with-duckdb.ts";
import { loadStreamEvents } from "../features/stream-events.ts";
import { addPast } from "./add-past.ts";
import { streamLoader } from "./load-stream.ts";

/** What a backfill did. */
export interface Backfilled {
  readonly stream: string;
  /** Events of the past within the time that was asked for. */
  readonly events: number;
  /** New to a kind of entity. */
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
    const past = { stream, table: `${table} WHERE __ms >= ${from} AND ${until}` };
    const added = await addPast(deps, connection, past);
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

const iso = (ms: number): string => new Date(ms).toISOString();
