import { durationMs } from "../definition/duration.ts";
import type { StreamDefinition, StreamFeature } from "../definition/stream-schema.ts";
import { type CompiledCondition, compileConditions } from "./conditions.ts";
import type { EventBlock, KeptEvent } from "./event-block.ts";
import type { CountedEvent } from "./operations.ts";

/** Longest look back of a window of the last N events. */
const LAST_WITHIN_MS = durationMs("90d");

/** A feature whose conditions are functions and whose durations are milliseconds. */
export interface CompiledFeature {
  readonly feature: StreamFeature;
  readonly availableAfterMs: number;
  /** How far the window reaches back from the cut-off. */
  readonly windowMs: number;
  /** Only so many of the latest events count. */
  readonly lastEvents: number | undefined;
  readonly where: readonly CompiledCondition[];
  readonly of: readonly CompiledCondition[];
}

export function compileFeature(stream: StreamDefinition, feature: StreamFeature): CompiledFeature {
  const { window, availableAfter, where, of = [] } = feature;
  const isSpan = typeof window === "string";
  return {
    feature,
    availableAfterMs: durationMs(availableAfter),
    windowMs: isSpan ? durationMs(window) : LAST_WITHIN_MS,
    lastEvents: isSpan ? undefined : window.last,
    where: compileConditions(stream, where),
    of: compileConditions(stream, of),
  };
}

/** What an event is to a feature: counted, not counted, or undefined if that is not known. */
export type Reading = (event: KeptEvent) => CountedEvent | "not counted" | undefined;

/** How the feature reads events of the block. */
export function readingOf({ feature, where, of }: CompiledFeature, block: EventBlock): Reading {
  const placed = (conditions: readonly CompiledCondition[]) =>
    conditions.map(({ field, test }) => ({ place: block.columns.indexOf(field), test }));
  const wheres = placed(where);
  const hits = placed(of);
  const { value: field } = feature;
  const valueAt = field === undefined ? undefined : block.columns.indexOf(field);
  const all = (conditions: ReturnType<typeof placed>, { values }: KeptEvent) => {
    const met = conditions.map(({ place, test }) => test(values[place]));
    if (met.includes(false)) return false;
    return met.includes(undefined) ? undefined : true;
  };
  return (event) => {
    const value = valueAt === undefined ? null : event.values[valueAt];
    const meets = all(wheres, event);
    if (meets === false || (valueAt !== undefined && value === null)) return "not counted";
    const isHit = all(hits, event);
    if (meets === undefined || isHit === undefined || value === undefined) return undefined;
    return { timeMs: event.timeMs, value, isHit };
  };
}
