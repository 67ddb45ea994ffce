import { UnavailableError } from "../errors.ts";
import { addEvents, type EventOutcome, tilesToRead, withoutTiles } from "./add-events.ts";
import type { CompiledKind } from "./compiled-stream.ts";
import { NO_STATE } from "./entity-state.ts";
import type { EventBlock } from "./event-block.ts";
import type { FeatureItemWrite } from "./feature-items.ts";
import { type FeatureStoreDeps, headKey, tileKey } from "./feature-store-deps.ts";
import type { NewEvent } from "./merge-events.ts";
import { readTiles } from "./read-tiles.ts";
import type { RecentBlocks } from "./recent-blocks.ts";
import { type Head, headOf, type RecentHeads } from "./recent-heads.ts";
import { GRACE_MS } from "./stream-completeness.ts";

const MAX_CONFLICTS = 60;

/** Events of one entity that are to be added, and where its state lies. */
export interface EntityUpdate {
  readonly partition: string;
  readonly kind: CompiledKind;
  /** How long events are kept at least, by the definition and by those before it. */
  readonly keptMs: number;
  readonly events: readonly NewEvent[];
}

export interface UpdateContext extends FeatureStoreDeps {
  readonly recent: RecentBlocks;
  readonly heads: RecentHeads;
}

/**
 * Adds events to the state of one entity. New tiles are written first, under new names; then the head,
 * under the condition that nobody else has, which makes all of it visible at once; then old tiles go.
 *
 * @param head as it was read, or as this writer wrote it last
 * @returns what came of each event
 * @throws {TooLargeError} if the entity has more events than its items can hold.
 * @throws {UnavailableError} if other writers are in the way again and again.
 */
export async function updateEntity(
  context: UpdateContext,
  update: EntityUpdate,
  head: Head | undefined,
): Promise<readonly EventOutcome[]> {
  const { items, heads, pause } = context;
  const key = headKey(update.partition);
  let before = head;
  for (let attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
    const isRemembered = before !== undefined && before === heads.get(update.partition);
    const outcomes = await tryUpdate(context, update, before, isRemembered);
    if (outcomes !== "conflict") return outcomes;
    await pause(attempt);
    const [item] = await items.get([key], true);
    before = headOf(item);
  }
  throw new UnavailableError(
    `the state of an entity was changed by others ${MAX_CONFLICTS} times; try again later`,
  );
}

async function tryUpdate(
  { items, recent, heads, clock, newId }: UpdateContext,
  { partition, kind, keptMs, events }: EntityUpdate,
  head: Head | undefined,
  isRemembered: boolean,
): Promise<readonly EventOutcome[] | "conflict"> {
  const stored = head?.state ?? NO_STATE;
  const places = tilesToRead(stored, events).map((id) => ({ partition, id }));
  const tiles = await readTiles(items, recent, places);
  // another writer may have replaced the tile together with the head
  if (isRemembered && [...tiles.values()].includes("lost")) return "conflict";
  const state = withoutTiles(stored, (id) => tiles.get(id) === "lost");
  const nowMs = clock();
  const { columns, retention } = kind;
  const tile = (id: string) => tiles.get(id) as EventBlock;
  const added = addEvents(state, events, { columns, retention, nowMs, newId, tile });
  const { outcomes, change } = added;
  if (change === undefined) return outcomes;

  const expiresAtMs = nowMs + keptMs + GRACE_MS;
  const newTiles = change.newTiles.map(
    ({ id, bytes }): FeatureItemWrite => ({
      key: tileKey(partition, id),
      ...{ bytes, replaces: undefined, expiresAtMs },
    }),
  );
  await Promise.all(newTiles.map((write) => items.put(write)));
  const replaces = head?.version;
  const write = { key: headKey(partition), bytes: change.bytes, replaces, expiresAtMs };
  const version = await items.put(write);
  if (version === undefined) {
    await items.remove(newTiles.map(({ key }) => key));
    return "conflict";
  }
  heads.set(partition, { version, state: change.state });
  for (const { id, block } of change.newTiles) recent.set(id, block);
  await items.remove(change.oldTiles.map((id) => tileKey(partition, id)));
  return outcomes;
}
