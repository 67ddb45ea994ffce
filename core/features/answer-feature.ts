import type { CompiledFeature } from "./compiled-feature.ts";
import { readingOf } from "./compiled-feature.ts";
import type { EntityState } from "./entity-state.ts";
import type { EventBlock } from "./event-block.ts";
import type { FeatureAnswer } from "./feature-store.ts";
import { aggregate, byTimeAndValue, type CountedEvent } from "./operations.ts";
import { firstNotBefore } from "./sorted-times.ts";

/** What is known of the entity that a feature is asked of. */
export interface EntityView {
  readonly state: EntityState;
  /** From when on no event is missing, by the state and by the stream; Infinity if that is not known. */
  readonly completeFromMs: number;
  /** The events of a tile; undefined if they were not read yet, "lost" if there is no such item. */
  readonly tile: (id: string) => EventBlock | "lost" | undefined;
}

/** The answer, or which tiles have to be read before. */
export type AnswerOrTiles = FeatureAnswer | { readonly needsTiles: readonly string[] };

interface Part {
  readonly fromMs: number;
  readonly id: string | undefined;
}

const UNKNOWN_FIELD =
  "a field that it reads was not kept when some of its events came; backfill the stream";

/** The value of a feature at a time, in milliseconds, exactly as it is offline. */
export function answerFeature(
  compiled: CompiledFeature,
  atMs: number,
  view: EntityView,
): AnswerOrTiles {
  const rowMs = Math.floor(atMs);
  const toMs = rowMs - compiled.availableAfterMs;
  const fromMs = toMs - compiled.windowMs;
  const lastEvents = compiled.lastEvents ?? Number.POSITIVE_INFINITY;
  const isIncomplete = fromMs < view.completeFromMs;
  if (isIncomplete && compiled.lastEvents === undefined) return incomplete(fromMs, view);

  const counted: CountedEvent[] = [];
  const parts = partsOf(view.state, fromMs, toMs);
  for (const [i, part] of parts.entries()) {
    const block = part.id === undefined ? view.state.latest : view.tile(part.id);
    if (block === undefined) return { needsTiles: notRead(parts.slice(i), view) };
    if (block === "lost")
      return { unavailable: "events of its window were deleted by time to live" };
    if (!countIn(counted, compiled, block, { fromMs, toMs })) return { unavailable: UNKNOWN_FIELD };
    if (counted.length >= lastEvents) break;
  }
  if (isIncomplete && counted.length < lastEvents) return incomplete(fromMs, view);
  counted.sort(byTimeAndValue);
  return { value: aggregate(compiled.feature, counted.slice(-lastEvents), rowMs) };
}

function incomplete(fromMs: number, { completeFromMs }: EntityView): FeatureAnswer {
  const begins = `its window begins at ${timeText(fromMs)}`;
  return {
    unavailable: Number.isFinite(completeFromMs)
      ? `${begins}, its events are complete from ${timeText(completeFromMs)} on only`
      : "nothing says that its stream is complete; backfill the stream",
  };
}

/** Latest first: what may hold events of the window. */
function partsOf({ tiles, latest }: EntityState, fromMs: number, toMs: number): readonly Part[] {
  const bounds = [Number.NEGATIVE_INFINITY, ...tiles.map((tile) => tile.toMs)];
  return bounds
    .map((begin, i): Part & { readonly endMs: number } => ({
      fromMs: begin,
      endMs: tiles[i]?.toMs ?? Number.POSITIVE_INFINITY,
      id: tiles[i]?.id,
    }))
    .filter((part) => part.fromMs < toMs && part.endMs > fromMs)
    .filter((part) => part.id !== undefined || latest.events.length > 0)
    .reverse();
}

/** The head is the first of all parts, so these are tiles. */
const notRead = (parts: readonly Part[], view: EntityView): readonly string[] =>
  parts.map(({ id }) => id as string).filter((id) => view.tile(id) === undefined);

/**
 * Adds the events that count, latest first; of the last N no more than those, and others of their time.
 *
 * @returns false if one decides of which it is not known whether it counts
 */
function countIn(
  counted: CountedEvent[],
  compiled: CompiledFeature,
  { events, columns }: EventBlock,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): boolean {
  const read = readingOf(compiled, { events, columns });
  const first = firstNotBefore(events, fromMs);
  for (const event of events.slice(first, firstNotBefore(events, toMs)).reverse()) {
    const earliest = counted.at(-1);
    const isFull = counted.length >= (compiled.lastEvents ?? Number.POSITIVE_INFINITY);
    if (isFull && event.timeMs !== earliest?.timeMs) return true;
    const reading = read(event);
    if (reading === undefined) return false;
    if (reading !== "not counted") counted.push(reading);
  }
  return true;
}

function timeText(ms: number): string {
  const isDate = Math.abs(ms) <= LAST_DATE_MS;
  return isDate ? new Date(ms).toISOString() : `${ms} ms`;
}

// Source: "Time Values and Time Range", ECMAScript 2025, section 21.4.1.1.
const LAST_DATE_MS = 8.64e15;
