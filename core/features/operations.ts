import type { StreamFeature } from "../definition/stream-schema.ts";
import type { EventValue } from "./feature-store.ts";
import { byCodePoint } from "./text-order.ts";

/** An event that counts for a feature. */
export interface CountedEvent {
  readonly timeMs: number;
  /** Of the feature's `value`; null for a feature without. */
  readonly value: EventValue;
  /** Whether it meets `of`. */
  readonly isHit: boolean;
}

type Answer = number | string | null;

/**
 * The feature's value over the events of its window, as `stream-schema.ts` says for each operation.
 *
 * @param counted in the order of `byTimeAndValue`
 * @param atMs time of the row that asks
 */
export function aggregate(
  feature: Pick<StreamFeature, "operation" | "k">,
  counted: readonly CountedEvent[],
  atMs: number,
): Answer {
  const { operation } = feature;
  if (operation === "count") return counted.length;
  if (operation === "distinct") return new Set(counted.map(({ value }) => value)).size;
  const numbers = () => counted.map(({ value }) => Number(value));
  if (operation === "sum") return sumOf(numbers());
  const first = counted[0];
  const last = counted.at(-1);
  if (first === undefined || last === undefined) return null;
  switch (operation) {
    case "rate":
      return counted.filter(({ isHit }) => isHit).length / counted.length;
    case "mean":
      return meanOf(numbers());
    case "standardDeviation":
      return deviationOf(numbers());
    case "min":
      return numbers().reduce((least, value) => Math.min(least, value));
    case "max":
      return numbers().reduce((most, value) => Math.max(most, value));
    case "first":
      return answerOf(first.value);
    case "last":
      return answerOf(last.value);
    case "topK":
      return topOf(counted, feature.k);
    case "timeSince":
      return (atMs - last.timeMs) / 1_000;
  }
}

/** By time; of equal times by value, hits behind the others where there is none. */
export function byTimeAndValue(a: CountedEvent, b: CountedEvent): number {
  return a.timeMs - b.timeMs || byValue(a.value, b.value) || Number(a.isHit) - Number(b.isHit);
}

const byValue = (a: EventValue, b: EventValue): number =>
  typeof a === "string" && typeof b === "string" ? byCodePoint(a, b) : Number(a) - Number(b);

const answerOf = (value: EventValue): Answer =>
  typeof value === "boolean" ? Number(value) : value;

/** Sum with the rounding errors added up beside it. Source: Neumaier (1974), "Rundungsfehleranalyse". */
function sumOf(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

const meanOf = (values: readonly number[]): number => sumOf(values) / values.length;

/** Of a sample; null of one value. */
function deviationOf(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = meanOf(values);
  const squares = sumOf(values.map((value) => (value - mean) ** 2));
  return Math.sqrt(squares / (values.length - 1));
}

/** The most frequent values, ties by code point. */
function topOf(counted: readonly CountedEvent[], k: number | undefined): string {
  const counts = new Map<string, number>();
  for (const { value } of counted) {
    const text = String(value);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || byCodePoint(a, b))
    .slice(0, k)
    .map(([text]) => text)
    .join(",");
}
