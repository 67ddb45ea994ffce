import type { EventBlock } from "./event-block.ts";

/** Tiles that were read or written lately. They never change, so they are never stale. */
export interface RecentBlocks {
  get(id: string): EventBlock | undefined;
  set(id: string, block: EventBlock): void;
}

/** @param maxEvents of all blocks together; those that were not used for longest go first */
export function recentBlocks(maxEvents: number): RecentBlocks {
  const blocks = new Map<string, EventBlock>();
  let eventCount = 0;
  const forget = (id: string) => {
    eventCount -= blocks.get(id)?.events.length ?? 0;
    blocks.delete(id);
  };
  const set = (id: string, block: EventBlock) => {
    forget(id);
    blocks.set(id, block);
    eventCount += block.events.length;
    for (const oldest of blocks.keys()) {
      if (eventCount <= maxEvents) return;
      forget(oldest);
    }
  };
  return {
    get(id) {
      const block = blocks.get(id);
      if (block) set(id, block);
      return block;
    },
    set,
  };
}
