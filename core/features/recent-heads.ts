import { decodeState, type EntityState } from "./entity-state.ts";
import type { FeatureItem } from "./feature-items.ts";
import { type RecentValues, recentValues } from "./recent-values.ts";

/** The state of an entity as it is stored under a version. */
export interface Head {
  readonly version: string;
  readonly state: EntityState;
}

/**
 * Heads that this writer wrote lately, by partition. Another writer may have replaced one: then the
 * condition of the next write does not hold, and the head is read again.
 */
export type RecentHeads = RecentValues<Head>;

/** @param maxEvents of all heads together; 0 remembers none */
export const recentHeads = (maxEvents: number): RecentHeads =>
  recentValues(maxEvents, ({ state }) => 1 + state.latest.events.length);

export const headOf = (item: FeatureItem | undefined): Head | undefined =>
  item && { version: item.version, state: decodeState(item.bytes) };
