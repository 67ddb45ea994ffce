import { type BasicType, parquetWriteBuffer } from "hyparquet-writer";
import type { StreamDefinition, StreamField } from "../../core/definition/stream-schema.ts";
import type { ReceivedEvent } from "../../core/streams/ingest-events.ts";

// TIMESTAMP is written as the converted type TIMESTAMP_MILLIS, which DuckDB and Athena read as a
// TIMESTAMP without time zone: the instant in UTC, whatever the session's zone.
const PARQUET_TYPES: Readonly<Partial<Record<StreamField["type"], BasicType>>> = {
  number: "DOUBLE",
  integer: "INT64",
  boolean: "BOOLEAN",
  category: "STRING",
  timestamp: "TIMESTAMP",
};

/** When an event came in: the column beside those of the stream. */
export const RECEIVED_AT = "received_at";

/**
 * Events as the bytes of a Parquet file: a column for the id, one for each field of the stream, and
 * `received_at`. Equal events in equal order give equal bytes.
 *
 * Without DuckDB, whose 68 MB a function that only appends a few rows need not carry.
 */
export function eventsParquet(
  { id, fields }: StreamDefinition,
  events: readonly ReceivedEvent[],
): Uint8Array {
  const columns: Column[] = Object.entries(fields).map(([name, { type }]) => ({
    name,
    type: PARQUET_TYPES[type] ?? "STRING",
    cellOf: ({ event }) => event.values[name] ?? null,
  }));
  if (fields[id] === undefined) {
    columns.unshift({ name: id, type: "STRING", cellOf: ({ event }) => event.id });
  }
  if (fields[RECEIVED_AT] === undefined && id !== RECEIVED_AT) {
    columns.push({
      name: RECEIVED_AT,
      type: "TIMESTAMP",
      cellOf: ({ receivedAtMs }) => receivedAtMs,
    });
  }
  const buffer = parquetWriteBuffer({
    columnData: columns.map(({ name, type, cellOf }) => ({
      name,
      type,
      data: events.map((event) => cellAs(type, cellOf(event))),
      nullable: true,
    })),
    createdBy: "millrace",
  });
  return new Uint8Array(buffer);
}

interface Column {
  readonly name: string;
  readonly type: BasicType;
  readonly cellOf: (event: ReceivedEvent) => unknown;
}

function cellAs(type: BasicType, value: unknown): unknown {
  if (value === null) return null;
  if (type === "TIMESTAMP") return new Date(value as number);
  return type === "INT64" ? BigInt(value as number) : value;
}
