import { decodeTile } from "./entity-state.ts";
import type { EventBlock } from "./event-block.ts";
import type { FeatureItems } from "./feature-items.ts";
import { tileKey } from "./feature-store-deps.ts";
import type { RecentBlocks } from "./recent-blocks.ts";

export interface TilePlace {
  readonly partition: string;
  readonly id: string;
}

/** Tiles by id; "lost" where there is no such item. Reads are consistent: a tile is older than its head. */
export async function readTiles(
  items: FeatureItems,
  recent: RecentBlocks,
  places: readonly TilePlace[],
): Promise<ReadonlyMap<string, EventBlock | "lost">> {
  const wanted = new Map(places.map((place) => [place.id, place]));
  const tiles = new Map<string, EventBlock | "lost">();
  for (const id of wanted.keys()) {
    const block = recent.get(id);
    if (block) tiles.set(id, block);
  }
  const missing = [...wanted.values()].filter(({ id }) => !tiles.has(id));
  if (missing.length === 0) return tiles;
  const keys = missing.map(({ partition, id }) => tileKey(partition, id));
  const found = await items.get(keys, true);
  for (const [i, { id }] of missing.entries()) {
    const item = found[i];
    const block = item === undefined ? "lost" : decodeTile(item.bytes);
    if (block !== "lost") recent.set(id, block);
    tiles.set(id, block);
  }
  return tiles;
}
