import type { EventSeries } from "./event-series.ts";

interface Sliding {
  from: number;
  to: number;
  readonly counts: Map<number, number>;
}

/**
 * How often each value stands from one place to, but without, another. The counts of an entity's last
 * window are kept and moved: rows in the order of time cost a step for each event that comes or goes.
 *
 * @returns counts, none of them 0, that change with the next call for the same entity
 */
export function rangeCounts(
  values: Float64Array,
): (code: number, from: number, to: number) => ReadonlyMap<number, number> {
  const kept = new Map<number, Sliding>();
  const change = (counts: Map<number, number>, at: number, by: 1 | -1): void => {
    const value = values[at] as number;
    const count = (counts.get(value) ?? 0) + by;
    if (count === 0) counts.delete(value);
    else counts.set(value, count);
  };
  return (code, from, to) => {
    let window = kept.get(code);
    const steps =
      window === undefined
        ? Number.POSITIVE_INFINITY
        : Math.abs(from - window.from) + Math.abs(to - window.to);
    if (window === undefined || steps > to - from) {
      window = { from, to: from, counts: new Map() };
      kept.set(code, window);
    }
    const { counts } = window;
    while (window.to < to) change(counts, window.to++, 1);
    while (window.from > from) change(counts, --window.from, 1);
    while (window.to > to) change(counts, --window.to, -1);
    while (window.from < from) change(counts, window.from++, -1);
    return counts;
  };
}

/** Running counts of a column of 0 and 1, shape [events + 1]: exact, since they are whole numbers. */
export function runningHits(values: Float64Array): EventSeries["timesMs"] {
  const hits = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) hits[i + 1] = (hits[i] as number) + (values[i] as number);
  return hits;
}
