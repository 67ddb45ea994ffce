import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import type { EventValue } from "./feature-store.ts";

/** A value of an event's field; undefined where the field was not kept yet when the event came. */
export type KeptValue = EventValue | undefined;

/** What is kept of an event for one entity. */
export interface KeptEvent {
  readonly timeMs: number;
  /** Hash of the event's id: events of one time and one hash are one event. */
  readonly idHash: bigint;
  /** In the order of the block's columns. */
  readonly values: readonly KeptValue[];
}

/** Events of one entity by rising time, with those of their fields that features read. */
export interface EventBlock {
  readonly columns: readonly string[];
  readonly events: readonly KeptEvent[];
}

export const EMPTY_BLOCK: EventBlock = { columns: [], events: [] };

// First byte of a value. From SMALL on it is the value itself: SMALLEST to 199.
const TAG = {
  unknown: 0,
  missing: 1,
  false: 2,
  true: 3,
  positive: 4,
  negative: 5,
  double: 6,
  text: 7,
} as const;
const SMALL = 16;
const SMALLEST = -40;
const LARGEST = 255 - SMALL + SMALLEST;

/** Column by column; a text once, however often it is there. */
export function writeBlock(writer: ByteWriter, { columns, events }: EventBlock): void {
  writer.varint(columns.length);
  for (const column of columns) writer.text(column);
  writer.varint(events.length);
  let timeMs = events[0]?.timeMs ?? 0;
  writer.double(timeMs);
  for (const event of events) {
    writer.varint(event.timeMs - timeMs);
    timeMs = event.timeMs;
  }
  for (const { idHash } of events) writer.uint64(idHash);
  for (const column of columns.keys()) {
    const texts = new Map<string, number>();
    for (const { values } of events) writeValue(writer, values[column], texts);
  }
}

function writeValue(writer: ByteWriter, value: KeptValue, texts: Map<string, number>): void {
  if (typeof value === "number") {
    writeNumber(writer, value);
  } else if (typeof value === "string") {
    writer.byte(TAG.text);
    const known = texts.get(value);
    writer.varint(known ?? texts.size);
    if (known !== undefined) return;
    texts.set(value, texts.size);
    writer.text(value);
  } else if (typeof value === "boolean") {
    writer.byte(value ? TAG.true : TAG.false);
  } else {
    writer.byte(value === null ? TAG.missing : TAG.unknown);
  }
}

function writeNumber(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    writer.byte(TAG.double);
    writer.double(value);
  } else if (value >= SMALLEST && value <= LARGEST) {
    writer.byte(value - SMALLEST + SMALL);
  } else {
    writer.byte(value < 0 ? TAG.negative : TAG.positive);
    writer.varint(Math.abs(value));
  }
}

/** @throws {IntegrityError} if bytes are missing. */
export function readBlock(reader: ByteReader): EventBlock {
  const columns = Array.from({ length: reader.varint() }, () => reader.text());
  const count = reader.varint();
  let timeMs = reader.double();
  const times = Array.from({ length: count }, () => {
    timeMs += reader.varint();
    return timeMs;
  });
  const events = times.map((time) => ({
    timeMs: time,
    idHash: reader.uint64(),
    values: new Array<KeptValue>(columns.length),
  }));
  for (const column of columns.keys()) {
    const texts: string[] = [];
    for (const { values } of events) values[column] = readValue(reader, texts);
  }
  return { columns, events };
}

function readValue(reader: ByteReader, texts: string[]): KeptValue {
  const tag = reader.byte();
  if (tag >= SMALL) return tag - SMALL + SMALLEST;
  switch (tag) {
    case TAG.text: {
      const place = reader.varint();
      if (place === texts.length) texts.push(reader.text());
      return texts[place];
    }
    case TAG.positive:
      return reader.varint();
    case TAG.negative:
      return -reader.varint();
    case TAG.double:
      return reader.double();
    case TAG.missing:
      return null;
    case TAG.unknown:
      return undefined;
    default:
      return tag === TAG.true;
  }
}
