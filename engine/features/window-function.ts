import type { StreamFeature } from "../../core/definition/stream-schema.ts";
import { byCodePoint } from "../../core/features/text-order.ts";
import { NO_ENTITY } from "./entity-code.ts";
import type { EventSeries } from "./event-series.ts";
import { rangeCounts, runningHits } from "./range-counts.ts";
import { rangeNumbers } from "./range-numbers.ts";
import { windowFinder } from "./window-bounds.ts";

/** Value of a feature for a row: by the code of its entity and its time. `null` is missing. */
export type WindowFunction = (code: number, atMs: number) => number | string | null;

/** A feature, and the events that it is computed from. */
export interface WindowRequest {
  readonly feature: StreamFeature;
  readonly series: EventSeries;
  /** Column of the series with the feature's values, or with 1 for each hit of a rate and 0 else. */
  readonly values: Float64Array | undefined;
  /** What a value is as text: of those that stand for text. */
  readonly textOf?: (value: number) => string;
}

/** Of a window that holds events: from one place of the series to, but without, another. */
type Answer = (code: number, from: number, to: number, atMs: number) => number | string | null;

/** The function of a feature, as `StreamFeature` says what each operation is. */
export function windowFunction(request: WindowRequest): WindowFunction {
  const { feature, series } = request;
  const find = windowFinder(series, feature);
  const answer = ANSWERS[feature.operation](request);
  const empty = OF_NO_EVENT.has(feature.operation) ? 0 : null;
  return (code, atMs) => {
    if (code === NO_ENTITY || Number.isNaN(atMs)) return null;
    const { from, to } = find(code, atMs);
    return from === to ? empty : answer(code, from, to, atMs);
  };
}

/** Operations that are 0 where no event counts. All others are missing there. */
const OF_NO_EVENT: ReadonlySet<string> = new Set(["count", "sum", "distinct"]);

const ANSWERS: Readonly<Record<StreamFeature["operation"], (request: WindowRequest) => Answer>> = {
  count: () => (_code, from, to) => to - from,
  sum: ({ values }) => {
    const { sum } = rangeNumbers(needed(values));
    return (_code, from, to) => sum(from, to);
  },
  mean: ({ values }) => {
    const { sum } = rangeNumbers(needed(values));
    return (_code, from, to) => sum(from, to) / (to - from);
  },
  rate: ({ values }) => {
    const hits = runningHits(needed(values));
    return (_code, from, to) => ((hits[to] as number) - (hits[from] as number)) / (to - from);
  },
  min: ({ values }) => {
    const { min } = rangeNumbers(needed(values));
    return (_code, from, to) => min(from, to);
  },
  max: ({ values }) => {
    const { max } = rangeNumbers(needed(values));
    return (_code, from, to) => max(from, to);
  },
  standardDeviation: ({ values }) => {
    const { standardDeviation } = rangeNumbers(needed(values));
    return (_code, from, to) => (to - from < 2 ? null : standardDeviation(from, to));
  },
  distinct: ({ values }) => {
    const counts = rangeCounts(needed(values));
    return (code, from, to) => counts(code, from, to).size;
  },
  first: (request) => {
    const at = valueAt(request);
    return (_code, from) => at(from);
  },
  last: (request) => {
    const at = valueAt(request);
    return (_code, _from, to) => at(to - 1);
  },
  topK: ({ values, feature, textOf = String }) => {
    const counts = rangeCounts(needed(values));
    return (code, from, to) =>
      [...counts(code, from, to)]
        .map(([value, count]) => ({ text: textOf(value), count }))
        .sort((a, b) => b.count - a.count || byCodePoint(a.text, b.text))
        .slice(0, feature.k)
        .map(({ text }) => text)
        .join(",");
  },
  timeSince:
    ({ series }) =>
    (_code, _from, to, atMs) =>
      (atMs - (series.timesMs[to - 1] as number)) / 1_000,
};

function valueAt({ values, textOf }: WindowRequest): (at: number) => number | string {
  const numbers = needed(values);
  return (at) => {
    const value = numbers[at] as number;
    return textOf === undefined ? value : textOf(value);
  };
}

function needed(values: Float64Array | undefined): Float64Array {
  if (values === undefined) throw new Error("the operation reads values, and there are none");
  return values;
}
