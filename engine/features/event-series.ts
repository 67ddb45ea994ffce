import type { DuckDBConnection } from "@duckdb/node-api";
import { readColumns } from "../dataset/read-columns.ts";
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
  /** Relation of events with `__code`, the entity's, and `__ms`. */
  readonly relation: string;
  readonly entities: number;
  /** Which of them count. */
  readonly where: string;
  /** SQL of numbers that break ties in time, the smaller first. */
  readonly value?: string;
  /** SQL of other numbers. */
  readonly others: readonly string[];
}

/** Reads a series, sorted by DuckDB within its memory limit. */
export async function readSeries(
  connection: DuckDBConnection,
  { relation, entities, where, value, others }: SeriesQuery,
): Promise<EventSeries> {
  const from = `FROM ${relation} WHERE ${where}`;
  const events = await queryNumber(connection, `SELECT count(*) ${from}`);
  const names = [...new Set([...(value === undefined ? [] : [value]), ...others])];
  const codes = new Int32Array(events);
  const timesMs = new Float64Array(events);
  const columns = names.map((name) => [name, new Float64Array(events)] as const);
  const order = value === undefined ? "1, 2" : "1, 2, 3";
  await readColumns(
    connection,
    `SELECT ${["__code", "__ms", ...names].join(", ")} ${from} ORDER BY ${order}`,
    [codes, timesMs, ...columns.map(([, values]) => values)],
  );
  return { starts: startsOf(codes, entities), timesMs, columns: new Map(columns) };
}

function startsOf(codes: Int32Array, entities: number): Int32Array {
  const starts = new Int32Array(entities + 1);
  for (const code of codes) starts[code + 1] = (starts[code + 1] as number) + 1;
  for (let code = 0; code < entities; code++) {
    starts[code + 1] = (starts[code + 1] as number) + (starts[code] as number);
  }
  return starts;
}
