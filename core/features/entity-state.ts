import { IntegrityError } from "../errors.ts";
import { byteReader } from "./byte-reader.ts";
import { byteWriter } from "./byte-writer.ts";
import { EMPTY_BLOCK, type EventBlock, readBlock, writeBlock } from "./event-block.ts";

/** Events that lie in an item of their own: from where the tile before ends up to `toMs`. */
export interface TileEntry {
  readonly id: string;
  /** Later than each of its events, and not later than those of what follows. */
  readonly toMs: number;
  readonly eventCount: number;
}

/** What is kept of one entity: everything that happened from `completeFromMs` on. */
export interface EntityState {
  /** One after the latest event that is not kept any more; -Infinity if there is none. */
  readonly completeFromMs: number;
  /** By rising time; most entities have none. */
  readonly tiles: readonly TileEntry[];
  /** The latest events. */
  readonly latest: EventBlock;
}

export const NO_STATE: EntityState = {
  completeFromMs: Number.NEGATIVE_INFINITY,
  tiles: [],
  latest: EMPTY_BLOCK,
};

/** First byte of stored state; another form needs another number. */
const FORMAT = 1;

export function encodeState({ completeFromMs, tiles, latest }: EntityState): Uint8Array {
  const writer = byteWriter();
  writer.byte(FORMAT);
  writer.double(completeFromMs);
  writer.varint(tiles.length);
  for (const { id, toMs, eventCount } of tiles) {
    writer.text(id);
    writer.double(toMs);
    writer.varint(eventCount);
  }
  writeBlock(writer, latest);
  return writer.bytes();
}

/** @throws {IntegrityError} if they are no state of this form, or bytes are missing. */
export function decodeState(bytes: Uint8Array): EntityState {
  const reader = formatReader(bytes);
  const completeFromMs = reader.double();
  const tiles = Array.from({ length: reader.varint() }, () => ({
    id: reader.text(),
    toMs: reader.double(),
    eventCount: reader.varint(),
  }));
  return { completeFromMs, tiles, latest: readBlock(reader) };
}

export function encodeTile(block: EventBlock): Uint8Array {
  const writer = byteWriter();
  writer.byte(FORMAT);
  writeBlock(writer, block);
  return writer.bytes();
}

/** @throws {IntegrityError} if they are no tile of this form, or bytes are missing. */
export function decodeTile(bytes: Uint8Array): EventBlock {
  return readBlock(formatReader(bytes));
}

function formatReader(bytes: Uint8Array) {
  const reader = byteReader(bytes);
  const format = reader.byte();
  if (format === FORMAT) return reader;
  throw new IntegrityError(
    `the stored state of an entity has form ${format}, known is ${FORMAT}; deploy the version of the platform that wrote it`,
  );
}
