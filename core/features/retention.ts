import { durationMs } from "../definition/duration.ts";
import type { StreamDefinition } from "../definition/stream-schema.ts";
import { type CompiledFeature, readingOf } from "./compiled-feature.ts";
import type { EventBlock } from "./event-block.ts";
import { firstNotBefore } from "./sorted-times.ts";

/** How far a clock that stamps events may be ahead: later events do not make others old. */
export const CLOCK_SKEW_MS = durationMs("5m");

/** How long the events of an entity are kept. */
export interface Retention {
  readonly features: readonly CompiledFeature[];
  readonly allowedLatenessMs: number;
}

export function retentionOf(
  { allowedLateness }: Pick<StreamDefinition, "allowedLateness">,
  features: readonly CompiledFeature[],
): Retention {
  return { features, allowedLatenessMs: durationMs(allowedLateness) };
}

/** Longest time from an event until no question that is still answered needs it. */
export function longestUseMs({ features, allowedLatenessMs }: Retention): number {
  const uses = features.map(({ windowMs, availableAfterMs }) => windowMs + availableAfterMs);
  return Math.max(0, ...uses) + allowedLatenessMs;
}

/**
 * Time before which no event is needed to answer at the newest event's time less the allowed lateness, or
 * later. An event from the future, as a wrong clock makes it, moves nothing.
 *
 * @returns -Infinity if there is no event
 */
export function retainedFromMs(retention: Retention, latest: EventBlock, nowMs: number): number {
  const { events } = latest;
  const newest = events[firstNotBefore(events, nowMs + CLOCK_SKEW_MS + 1) - 1];
  if (newest === undefined) return Number.NEGATIVE_INFINITY;
  const askedFromMs = newest.timeMs - retention.allowedLatenessMs;
  return Math.min(
    ...retention.features.map((compiled) => {
      const cutOffMs = askedFromMs - compiled.availableAfterMs;
      return nthLatestMs(compiled, latest, cutOffMs) ?? cutOffMs - compiled.windowMs;
    }),
  );
}

/** Time of the earliest of the last N events before the cut-off, if they are all among the latest. */
function nthLatestMs(
  compiled: CompiledFeature,
  latest: EventBlock,
  cutOffMs: number,
): number | undefined {
  if (compiled.lastEvents === undefined) return undefined;
  const read = readingOf(compiled, latest);
  let left = compiled.lastEvents;
  for (let i = firstNotBefore(latest.events, cutOffMs) - 1; i >= 0; i--) {
    const event = latest.events[i];
    const reading = event && read(event);
    if (reading === undefined) return undefined;
    if (reading !== "not counted") left--;
    if (left === 0) return event?.timeMs;
  }
  return undefined;
}
