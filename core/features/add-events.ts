import { TooLargeError } from "../errors.ts";
import { type CutTile, checkedSize, cutHead, LARGEST_HEAD_BYTES, tilesOf } from "./cut-blocks.ts";
import { type EntityState, encodeState, type TileEntry } from "./entity-state.ts";
import type { EventBlock } from "./event-block.ts";
import { type MergedBlock, mergeEvents, type NewEvent } from "./merge-events.ts";
import { type Retention, retainedFromMs } from "./retention.ts";
import { firstNotBefore } from "./sorted-times.ts";

/** Most tiles of an entity: with its head no more items than one BatchGetItem answers. */
export const MAX_TILES = 99;

export type EventOutcome = "added" | "duplicate" | "tooLate";

export interface AddContext {
  /** Fields that the features of the entity read. */
  readonly columns: readonly string[];
  readonly retention: Retention;
  readonly nowMs: number;
  /** Gives an id that no other call gives. */
  readonly newId: () => string;
  /** The events of the tiles that `tilesToRead` named. */
  readonly tile: (id: string) => EventBlock;
}

export interface NewTile extends CutTile {
  readonly id: string;
}

export interface StateChange {
  readonly state: EntityState;
  /** The state, as it is to be stored. */
  readonly bytes: Uint8Array;
  /** To be stored before the state is, since it names them. */
  readonly newTiles: readonly NewTile[];
  /** To be deleted after the state is stored. */
  readonly oldTiles: readonly string[];
}

export interface AddedToState {
  /** For each event, in their order. */
  readonly outcomes: readonly EventOutcome[];
  /** undefined if nothing changed. */
  readonly change: StateChange | undefined;
}

/** Tiles that events of these times belong to. */
export function tilesToRead(
  { tiles }: EntityState,
  events: readonly Pick<NewEvent, "timeMs">[],
): readonly string[] {
  const ids = events.map(({ timeMs }) => tileAt(tiles, timeMs)?.id);
  return [...new Set(ids)].filter((id) => id !== undefined);
}

const tileAt = (tiles: readonly TileEntry[], timeMs: number): TileEntry | undefined =>
  tiles.find(({ toMs }) => timeMs < toMs);

/**
 * The state of an entity with more events, in any order, each once; what no question can need any more
 * is left out. Which events are too late is decided by those that were there before.
 *
 * @throws {TooLargeError} if they are more than an entity's items can hold.
 */
export function addEvents(
  state: EntityState,
  events: readonly NewEvent[],
  context: AddContext,
): AddedToState {
  const { retention, nowMs } = context;
  const fromMs = Math.max(state.completeFromMs, retainedFromMs(retention, state.latest, nowMs));
  const inTime = events.filter(({ timeMs }) => timeMs >= fromMs);
  const late = events.filter(({ timeMs }) => timeMs < fromMs);
  const parts = mergedParts(state, inTime, context);
  const isNew = new Map(
    parts.flatMap((part) => part.events.map((event, i) => [event, part.isNew[i]])),
  );
  const outcomes = events.map((event): EventOutcome => {
    if (!isNew.has(event)) return "tooLate";
    return isNew.get(event) ? "added" : "duplicate";
  });
  const completeFromMs = late.reduce(
    (from, { timeMs }) => Math.max(from, timeMs + 1),
    state.completeFromMs,
  );
  const isSame =
    completeFromMs === state.completeFromMs && !parts.some(({ isChanged }) => isChanged);
  if (isSame) return { outcomes, change: undefined };
  return { outcomes, change: changeOf({ ...state, completeFromMs }, parts, context) };
}

interface MergedPart extends MergedBlock {
  /** undefined for the latest events. */
  readonly tile: TileEntry | undefined;
  readonly events: readonly NewEvent[];
}

function mergedParts(
  { tiles, latest }: EntityState,
  events: readonly NewEvent[],
  { columns, tile: blockOf }: AddContext,
): readonly MergedPart[] {
  const byTile = Map.groupBy(events, ({ timeMs }) => tileAt(tiles, timeMs));
  return [...byTile].map(([tile, ofTile]) => {
    const block = tile === undefined ? latest : blockOf(tile.id);
    return { tile, events: ofTile, ...mergeEvents(block, ofTile, columns) };
  });
}

function changeOf(
  state: EntityState,
  parts: readonly MergedPart[],
  context: AddContext,
): StateChange {
  const newTiles: NewTile[] = [];
  const entriesOf = (cut: readonly CutTile[]) =>
    cut.map((tile): TileEntry => {
      const { events } = tile.block;
      const id = context.newId();
      newTiles.push({ ...tile, id });
      return { id, toMs: (events.at(-1)?.timeMs as number) + 1, eventCount: events.length };
    });

  const pruned = prune(state, parts.find(({ tile }) => tile === undefined)?.block, context);
  const tiles = pruned.tiles.flatMap((entry) => {
    const part = parts.find(({ tile, isChanged }) => tile === entry && isChanged);
    return part === undefined ? [entry] : entriesOf(tilesOf(part.block));
  });
  let changed: EntityState = { ...pruned, tiles };
  let bytes = encodeState(changed);
  if (bytes.length > LARGEST_HEAD_BYTES) {
    const { older, latest } = cutHead(changed.latest, bytes.length);
    changed = { ...changed, tiles: [...tiles, ...entriesOf(tilesOf(older))], latest };
    bytes = checkedSize(encodeState(changed), latest.events);
  }
  checkCount(changed);
  const used = new Set(changed.tiles.map(({ id }) => id));
  const oldTiles = state.tiles.flatMap(({ id }) => (used.has(id) ? [] : [id]));
  return { state: changed, bytes, newTiles, oldTiles };
}

/** Without what no question can need any more. */
function prune(
  state: EntityState,
  latest: EventBlock = state.latest,
  { retention, nowMs }: Pick<AddContext, "retention" | "nowMs">,
): EntityState {
  const fromMs = retainedFromMs(retention, latest, nowMs);
  const tiles = state.tiles.filter(({ toMs }) => toMs > fromMs);
  const lastDropped = state.tiles[state.tiles.length - tiles.length - 1];
  const place = tiles.length > 0 ? 0 : firstNotBefore(latest.events, fromMs);
  const { timeMs: lastMs = Number.NEGATIVE_INFINITY } = latest.events[place - 1] ?? {};
  return {
    completeFromMs: Math.max(
      state.completeFromMs,
      lastDropped?.toMs ?? Number.NEGATIVE_INFINITY,
      lastMs + 1,
    ),
    tiles,
    latest: { ...latest, events: latest.events.slice(place) },
  };
}

/** The state without tiles that are lost, and without those before: events of all of them may be missing. */
export function withoutTiles(state: EntityState, isLost: (id: string) => boolean): EntityState {
  const lost = state.tiles.findLast(({ id }) => isLost(id));
  if (lost === undefined) return state;
  return {
    ...state,
    completeFromMs: Math.max(state.completeFromMs, lost.toMs),
    tiles: state.tiles.filter(({ toMs }) => toMs > lost.toMs),
  };
}

function checkCount({ tiles }: EntityState): void {
  if (tiles.length <= MAX_TILES) return;
  const count = tiles.reduce((sum, { eventCount }) => sum + eventCount, 0);
  throw new TooLargeError(
    `an entity has ${count} events within its longest window, in ${tiles.length} items of at most ${MAX_TILES}; shorten the window or give the entity more fields`,
  );
}
