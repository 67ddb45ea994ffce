import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { PlannedEvents } from "../../core/dataset/source-plan.ts";
import type { StreamDefinition, StreamField } from "../../core/definition/stream-schema.ts";
import { NotFoundError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { checkedRows } from "../dataset/checked-rows.ts";
import { quarantineRows } from "../dataset/quarantine.ts";
import { rejectedLines } from "../dataset/rejected-lines.ts";
import { unreadable } from "../dataset/unreadable.ts";
import { queryNumber } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { timeMsSql } from "./condition-sql.ts";
import { type EventRows, eventRows } from "./event-rows.ts";
import { type EventSource, openEventSources } from "./event-sources.ts";
import { usedFields } from "./used-fields.ts";

/** Event times, in milliseconds: from the first to, but without, the second. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The past of a stream as a table of this database. */
export interface StreamEvents {
  /** Its columns: the fields that features read, by name and typed, and `__ms`. */
  readonly table: string;
  /** The objects that were read; none of a past that was not planned. */
  readonly objects: readonly EventRows[];
  /** Events that break the contract of their fields: they do not count. */
  readonly broken: number;
  /** Files of this machine that hold them. */
  readonly quarantinePaths: readonly string[];
}

/**
 * Brings together what is known of a stream's past: its history files, then the events that came in,
 * each event once. Only the fields that features read are read.
 *
 * @param request.span of the times that are needed; others are left out
 * @param request.place tells the streams of one database apart
 * @throws {NotFoundError} if a history file is not in the store, or the stream has no past at all.
 * @throws {DataContractError} if a file is unreadable or lacks a column.
 */
export async function loadStreamEvents(
  duckdb: Duckdb,
  request: {
    readonly store: Pick<ObjectStore, "localPath" | "list">;
    readonly stream: StreamDefinition;
    readonly span: TimeSpan;
    readonly place: number;
    /** The past as it was planned. @default what the store has now */
    readonly planned?: readonly PlannedEvents[] | undefined;
  },
): Promise<StreamEvents> {
  const { store, stream, span, place, planned } = request;
  const { connection } = duckdb;
  const columns = usedFields(stream);
  const sources = await openEventSources(connection, { store, stream, columns, place, planned });
  if (sources.length === 0) {
    throw new NotFoundError(
      `stream ${stream.name} has neither history files nor events; declare its history or post events`,
    );
  }
  const table = `millrace_events_${place}`;
  const declared = columns.map(({ name, type }) => `${sqlName(name)} ${COLUMN_TYPES[type]}`);
  await connection.run(
    `CREATE TABLE ${table} (${declared.join(", ")}, __ms DOUBLE, __id VARCHAR, __reason VARCHAR)`,
  );
  const quarantinePaths: string[] = [];
  const objects: EventRows[] = [];
  let broken = 0;
  for (const source of sources) {
    const found = await addSource(duckdb, { table, stream, columns, source, span });
    broken += found.broken;
    if (found.quarantinePath !== undefined) quarantinePaths.push(found.quarantinePath);
    if (planned !== undefined) objects.push(...(await eventRows(connection, source)));
  }
  if (sources.some(({ hasId }) => hasId)) await removeTwins(duckdb, table);
  return { table, objects, broken, quarantinePaths };
}

const COLUMN_TYPES: Readonly<Record<StreamField["type"], string>> = {
  number: "DOUBLE",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  category: "VARCHAR",
  timestamp: "TIMESTAMP",
};

async function addSource(
  duckdb: Duckdb,
  request: {
    readonly table: string;
    readonly stream: StreamDefinition;
    readonly columns: readonly ContractColumn[];
    readonly source: EventSource;
    readonly span: TimeSpan;
  },
): Promise<{ readonly broken: number; readonly quarantinePath?: string }> {
  const { connection } = duckdb;
  const { table, stream, columns, source, span } = request;
  const { what, idSql, rejects } = source;
  const checks = { columns: source.columns, features: [] };
  const names = columns.map(({ name }) => sqlName(name));
  const rows = checkedRows(source.query, source.types, checks);
  const selected = [...names, `${timeMsSql(sqlName(stream.eventTime))} AS __ms`, idSql];
  const isNeeded = `__ms >= ${span.fromMs} AND __ms < ${span.toMs}`;
  try {
    await connection.run(
      `INSERT INTO ${table} SELECT * FROM (SELECT ${selected.join(", ")}, __reason FROM (${rows})) WHERE __reason IS NOT NULL OR (${isNeeded})`,
    );
  } catch (cause) {
    throw unreadable(what, cause);
  }
  const rows_ = await queryNumber(connection, `SELECT count(__reason) FROM ${table}`);
  const lines =
    rejects === undefined
      ? 0
      : await queryNumber(connection, `SELECT count(*) FROM (${rejectedLines(rejects)})`);
  if (rows_ > 0) await connection.run(`DELETE FROM ${table} WHERE __reason IS NOT NULL`);
  const broken = rows_ + lines;
  if (broken === 0) return { broken };
  return { broken, quarantinePath: await quarantineRows(duckdb, { source, checks }) };
}

/** Of events with the same id and time the first one stays: rows lie in the order they were added. */
async function removeTwins({ connection }: Duckdb, table: string): Promise<void> {
  const same = `SELECT __id, __ms FROM ${table} WHERE __id IS NOT NULL GROUP BY ALL HAVING count(*) > 1`;
  await connection.run(
    `DELETE FROM ${table} WHERE rowid IN (
      SELECT place FROM (
        SELECT e.rowid AS place, row_number() OVER (PARTITION BY __id, __ms ORDER BY e.rowid) AS n
        FROM ${table} e SEMI JOIN (${same}) twins USING (__id, __ms)
      ) WHERE n > 1)`,
  );
}
