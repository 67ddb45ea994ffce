/** Most distinct values that are kept. */
export const KEPT_VALUES = 4_096;

/**
 * How often each distinct value occurs: exact up to 4,096 values. Of more, those with the least hashes
 * are kept, each with its exact count: a sample of the distinct values that does not depend on order
 * or parts, since a value among the least of the whole is among the least of every part that has it.
 *
 * Bar-Yossef, Jayram, Kumar, Sivakumar & Trevisan (2002), "Counting distinct elements in a data
 * stream"; Cohen & Kaplan (2007), "Summarizing data using bottom-k sketches".
 */
export interface ValueSketch<Value> {
  /** By rising hash. */
  readonly values: readonly (readonly [value: Value, count: number])[];
  /** Whether there were more. */
  readonly isSample: boolean;
}

type HashOf<Value> = (value: Value) => number;

/** Counts values. @param hashOf 0..2^32 - 1, even over distinct values */
export function valueCounter<Value extends string | number>(
  hashOf: HashOf<Value>,
): { add(value: Value, count?: number): void; sketch(): ValueSketch<Value> } {
  let counts = new Map<Value, number>();
  let isSample = false;
  let limit = 2 ** 32;
  const cut = (length: number) => {
    if (counts.size <= length) return;
    isSample = true;
    const kept = leastFirst([...counts], hashOf).slice(0, length);
    limit = hashOf((kept.at(-1) as readonly [Value, number])[0]);
    counts = new Map(kept);
  };
  return {
    add(value, count = 1) {
      // First, since most values are beyond the sample where there is one: that spares a look-up.
      if (isSample && hashOf(value) > limit) return;
      const known = counts.get(value);
      if (known !== undefined) {
        counts.set(value, known + count);
        return;
      }
      counts.set(value, count);
      if (counts.size >= 2 * KEPT_VALUES) cut(KEPT_VALUES);
    },
    sketch() {
      cut(KEPT_VALUES);
      return { values: leastFirst([...counts], hashOf), isSample };
    },
  };
}

const leastFirst = <Value extends string | number>(
  values: readonly (readonly [Value, number])[],
  hashOf: HashOf<Value>,
) => values.toSorted(([a], [b]) => hashOf(a) - hashOf(b) || (a < b ? -1 : 1));

/** The values of both together. */
export function mergeValues<Value extends string | number>(
  a: ValueSketch<Value>,
  b: ValueSketch<Value>,
  hashOf: HashOf<Value>,
): ValueSketch<Value> {
  const counts = new Map(a.values);
  for (const [value, count] of b.values) counts.set(value, (counts.get(value) ?? 0) + count);
  const all = leastFirst([...counts], hashOf);
  const isSample = a.isSample || b.isSample || all.length > KEPT_VALUES;
  return { values: all.slice(0, KEPT_VALUES), isSample };
}

/**
 * How many distinct values there are: exact, or of a sample (k - 1) 2^32 / h, h the hash of its last
 * value, with a relative standard error of 1 / sqrt(k - 2): 1.6%.
 */
export function distinctOf<Value>(sketch: ValueSketch<Value>, hashOf: HashOf<Value>): number {
  const { values, isSample } = sketch;
  const last = values.at(-1);
  if (!isSample || last === undefined) return values.length;
  return Math.round(((values.length - 1) * 2 ** 32) / (hashOf(last[0]) + 1));
}

/** The most frequent values, the more frequent first, then by value; of a sample none are known. */
export function mostFrequent<Value extends string | number>(
  { values, isSample }: ValueSketch<Value>,
  length: number,
): readonly (readonly [Value, number])[] {
  if (isSample) return [];
  return values.toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, length);
}
