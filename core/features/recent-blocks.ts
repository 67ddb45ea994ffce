import type { EventBlock } from "./event-block.ts";
import { type RecentValues, recentValues } from "./recent-values.ts";

/** Tiles that were read or written lately. They never change, so they are never stale. */
export type RecentBlocks = RecentValues<EventBlock>;

/** @param maxEvents of all blocks together; those that were not used for longest go first */
export const recentBlocks = (maxEvents: number): RecentBlocks =>
  recentValues(maxEvents, ({ events }) => events.length);
