import { TooLargeError } from "../errors.ts";
import { encodeTile } from "./entity-state.ts";
import type { EventBlock, KeptEvent } from "./event-block.ts";

/** Bytes from which on the older three quarters of an entity's latest events become a tile. */
export const LARGEST_HEAD_BYTES = 48 * 1024;
/** About the bytes of a tile when it is cut. */
const TILE_BYTES = 48 * 1024;
/** A tile that grew beyond by late events is cut. */
const LARGEST_TILE_BYTES = 96 * 1024;
// An item has at most 400 KB, its names included. Source: "Quotas in Amazon DynamoDB", developer guide.
const LARGEST_ITEM_BYTES = 390 * 1024;

export interface CutTile {
  readonly block: EventBlock;
  readonly bytes: Uint8Array;
}

/** Events as tiles of about `TILE_BYTES`. Events of one time stay together. @throws {TooLargeError} */
export function tilesOf(block: EventBlock): readonly CutTile[] {
  const bytes = encodeTile(block);
  if (bytes.length <= LARGEST_TILE_BYTES) return [{ block, bytes }];
  const perTile = Math.ceil((block.events.length * TILE_BYTES) / bytes.length);
  return chunksOf(block.events, perTile).map((events) => {
    const tile = { columns: block.columns, events };
    return { block: tile, bytes: checkedSize(encodeTile(tile), events) };
  });
}

/** @throws {TooLargeError} if no item can hold the bytes. */
export function checkedSize(bytes: Uint8Array, events: readonly KeptEvent[]): Uint8Array {
  if (bytes.length <= LARGEST_ITEM_BYTES) return bytes;
  const first = events[0]?.timeMs as number;
  throw new TooLargeError(
    `${events.length} events of one entity at ${first} ms take ${bytes.length} bytes, at most ${LARGEST_ITEM_BYTES} are kept; give the events finer times or the entity more fields`,
  );
}

/** The latest quarter of `LARGEST_HEAD_BYTES`, and what is before. @param sizeBytes of all of them */
export function cutHead(
  { columns, events }: EventBlock,
  sizeBytes: number,
): { readonly older: EventBlock; readonly latest: EventBlock } {
  const kept = Math.ceil((events.length * LARGEST_HEAD_BYTES) / 4 / sizeBytes);
  let at = events.length - kept;
  while (at > 0 && events[at]?.timeMs === events[at - 1]?.timeMs) at--;
  return {
    older: { columns, events: events.slice(0, at) },
    latest: { columns, events: events.slice(at) },
  };
}

function chunksOf(
  events: readonly KeptEvent[],
  perChunk: number,
): readonly (readonly KeptEvent[])[] {
  const chunks: (readonly KeptEvent[])[] = [];
  let start = 0;
  while (start < events.length) {
    let end = start + perChunk;
    while (end < events.length && events[end]?.timeMs === events[end - 1]?.timeMs) end++;
    chunks.push(events.slice(start, end));
    start = end;
  }
  return chunks;
}
