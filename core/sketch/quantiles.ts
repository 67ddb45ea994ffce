import { bitsFloat, floatBits } from "./hash32.ts";

/**
 * Numbers counted in buckets that grow with them: the upper 16 bits of a float32 are its sign, its
 * exponent and 7 bits of its fraction, so that a bucket's middle is within 2^-8 (0.4%) of every number
 * in it, below 2^-126 within 2^-134. Counts of parts add up to the counts of the whole, in any order.
 *
 * It is the log-linear case of DDSketch: Masson, Rim & Lee (2019), "DDSketch: a fast and
 * fully-mergeable quantile sketch with relative-error guarantees", VLDB.
 *
 * Pairs of bucket and count, buckets in the order of their numbers.
 */
export type QuantileSketch = readonly (readonly [bucket: number, count: number])[];

/** Most that a quantile differs from the exact one, as a share of it. */
export const QUANTILE_ERROR = 2 ** -8;

const BUCKETS = 2 ** 16;

/** Counts finite numbers; each is taken as its float32. */
export function quantileCounter(): {
  add(value: number, times?: number): void;
  sketch(): QuantileSketch;
} {
  const counts = new Float64Array(BUCKETS);
  return {
    add(value, times = 1) {
      const bucket = floatBits(value) >>> 16;
      counts[bucket] = (counts[bucket] as number) + times;
    },
    sketch: () => sorted(Array.from(counts, (count, bucket) => [bucket, count] as const)),
  };
}

const sorted = (pairs: readonly (readonly [number, number])[]): QuantileSketch =>
  pairs.filter(([, count]) => count > 0).sort(([a], [b]) => middle(a) - middle(b) || b - a);

/** The counts of both together. */
export function mergeQuantiles(a: QuantileSketch, b: QuantileSketch): QuantileSketch {
  const counts = new Map(a);
  for (const [bucket, count] of b) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  return sorted([...counts]);
}

/**
 * The nearest-rank quantile, within `QUANTILE_ERROR`; null of no number.
 *
 * @param share 0..1
 */
export function quantileOf(sketch: QuantileSketch, share: number): number | null {
  const total = sketch.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(share * total));
  let upTo = 0;
  for (const [bucket, count] of sketch) {
    upTo += count;
    if (upTo >= rank) return middle(bucket);
  }
  return null;
}

/** Zero stands for the bucket that it is in: whole numbers and shares are often 0, never 2^-134. */
const middle = (bucket: number) =>
  bucket === 0 || bucket === 0x8000 ? 0 : bitsFloat(((bucket << 16) | 0x8000) >>> 0);
