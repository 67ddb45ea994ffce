import type { DuckDBConnection } from "@duckdb/node-api";
import { readColumns, readTableColumns } from "../dataset/read-columns.ts";
import { queryNumber } from "../duckdb/query.ts";

/**
 * Events of one kind, ordered by entity, time and value: those of one entity lie together. They lie in
 * this process's memory, 8 bytes a time and 8 a column of each event.
 */
export interface EventSeries {
  /** Where the events of each entity's code begin, and where the last one's end, shape [entities + 1]. */
  readonly starts: Int32Array;
  /** Event times in milliseconds, shape [events]. */
  readonly timesMs: Float64Array;
  /** Shape [events] each, by the SQL that gives them. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/** What a series is read from. */
export interface SeriesQuery {
  /** Table of events with their times as `__ms`. */
  readonly table: string;
  /** SQL of the code of an event's entity. */
  readonly code: string;
  readonly entities: number;
  /** Which of them count. */
  readonly where: string;
  /** SQL of numbers that break ties in time, the smaller first. */
  readonly value?: string;
  /** SQL of other numbers. */
  readonly others: readonly string[];
}

/**
 * Reads a series. Where no value breaks ties and the events turn out to lie in the order of time, as in
 * most files of history, each is put in its entity's place; else DuckDB sorts within its memory limit.
 */
export async function readSeries(
  connection: DuckDBConnection,
  { table, code, entities, where, value, others }: SeriesQuery,
): Promise<EventSeries> {
  const from = `FROM ${table} WHERE ${where}`;
  const events = await queryNumber(connection, `SELECT count(*) ${from}`);
  const names = [...new Set([...(value === undefined ? [] : [value]), ...others])];
  const codes = new Int32Array(events);
  const timesMs = new Float64Array(events);
  const columns = names.map((name) => [name, new Float64Array(events)] as const);
  const select = [code, "__ms", ...names].join(", ");
  const into = [codes, timesMs, ...columns.map(([, values]) => values)];
  if (value === undefined) {
    await readTableColumns(connection, { table, select, where }, into);
    const starts = startsOf(codes, entities);
    if (isAscending(timesMs)) {
      const places = placesOf(codes, starts);
      const placed = columns.map(([name, values]) => [name, inPlace(values, places)] as const);
      return { starts, timesMs: inPlace(timesMs, places), columns: new Map(placed) };
    }
  }
  const order = value === undefined ? "1, 2" : "1, 2, 3";
  await readColumns(connection, `SELECT ${select} ${from} ORDER BY ${order}`, into);
  return { starts: startsOf(codes, entities), timesMs, columns: new Map(columns) };
}

function isAscending(timesMs: Float64Array): boolean {
  for (let i = 1; i < timesMs.length; i++) {
    if ((timesMs[i] as number) < (timesMs[i - 1] as number)) return false;
  }
  return true;
}

/** Where each event goes: behind those of its entity that came before it. Written over `codes`. */
function placesOf(codes: Int32Array, starts: Int32Array): Int32Array {
  const next = starts.slice();
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    codes[i] = next[code] as number;
    next[code] = (next[code] as number) + 1;
  }
  return codes;
}

function inPlace(values: Float64Array, places: Int32Array): Float64Array {
  const placed = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) placed[places[i] as number] = values[i] as number;
  return placed;
}

function startsOf(codes: Int32Array, entities: number): Int32Array {
  const starts = new Int32Array(entities + 1);
  for (const code of codes) starts[code + 1] = (starts[code + 1] as number) + 1;
  for (let code = 0; code < entities; code++) {
    starts[code + 1] = (starts[code + 1] as number) + (starts[code] as number);
  }
  return starts;
}
