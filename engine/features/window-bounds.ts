import { durationMs } from "../../core/definition/duration.ts";
import type { StreamFeature } from "../../core/definition/stream-schema.ts";
import type { EventSeries } from "./event-series.ts";

/** How far back the last N events may lie. */
const OLDEST_MS = durationMs("90d");

/** How far before a row's time the events of a feature may lie, in milliseconds. */
export function reachMs({ window, availableAfter }: StreamFeature): number {
  return durationMs(availableAfter) + (typeof window === "string" ? durationMs(window) : OLDEST_MS);
}

/** The places in a series of the events that count for a row: `from` to, but without, `to`. */
export interface WindowBounds {
  from: number;
  to: number;
}

/**
 * Finds the events of a window. Rows mostly come in the order of time, so each search begins where the
 * last one of its entity ended: as good as constant then, else O(log n).
 *
 * @returns a function of an entity's code and a row's time; what it returns changes with the next call
 */
export function windowFinder(
  { starts, timesMs }: EventSeries,
  { window, availableAfter }: StreamFeature,
): (code: number, atMs: number) => WindowBounds {
  const afterMs = durationMs(availableAfter);
  const lastEvents = typeof window === "string" ? Number.POSITIVE_INFINITY : window.last;
  const spanMs = typeof window === "string" ? durationMs(window) : OLDEST_MS;
  const lows = starts.slice();
  const highs = starts.slice();
  const bounds: WindowBounds = { from: 0, to: 0 };
  return (code, atMs) => {
    bounds.from = bounds.to = 0;
    if (code < 0) return bounds;
    const begin = starts[code] as number;
    const end = starts[code + 1] as number;
    const known = atMs - afterMs;
    const from = firstAtOrAfter(timesMs, begin, end, known - spanMs, lows[code] as number);
    const to = firstAtOrAfter(timesMs, from, end, known, Math.max(from, highs[code] as number));
    lows[code] = from;
    highs[code] = to;
    bounds.from = Math.max(from, to - lastEvents);
    bounds.to = to;
    return bounds;
  };
}

/** The first place from `begin` on, at most `end`, whose time is not before `ms`; `hint` is near it. */
function firstAtOrAfter(
  timesMs: Float64Array,
  begin: number,
  end: number,
  ms: number,
  hint: number,
): number {
  let low = begin;
  let high = end;
  // Doubling steps away from the hint enclose the place.
  if (hint < end && (timesMs[hint] as number) < ms) {
    low = hint + 1;
    for (let step = 1; low + step < end; step *= 2) {
      if ((timesMs[low + step] as number) >= ms) {
        high = low + step;
        break;
      }
      low += step + 1;
    }
  } else {
    high = hint;
    for (let step = 1; high - step >= begin; step *= 2) {
      if ((timesMs[high - step] as number) < ms) {
        low = high - step + 1;
        break;
      }
      high -= step;
    }
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] as number) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
