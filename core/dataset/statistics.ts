import { type FloatCounts, floatCounts } from "../sketch/float-counts.ts";
import { floatBits, mix32 } from "../sketch/hash32.ts";
import { meanOf, momentsAdder, standardDeviationOf } from "../sketch/moments.ts";
import { quantileCounter, quantileOf } from "../sketch/quantiles.ts";
import { distinctOf, mostFrequent, valueCounter } from "../sketch/values.ts";
import type { CategoryProfile } from "./baseline.ts";
import type { SplitName } from "./manifest.ts";

const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;
/** Most values that are named as the most frequent. */
const FREQUENT_VALUES = 10;

/** What a numeric column of a split is like. */
export interface NumberStatistics {
  readonly kind: "number";
  readonly rows: number;
  readonly missing: number;
  /** Exact up to 4,096 values, else within 1.6% (one standard error). */
  readonly distinct: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Of the population. */
  readonly standardDeviation: number | null;
  /** Each within 2^-8 (0.4%) of the exact one. */
  readonly quantiles: readonly (readonly [share: number, value: number])[];
  /** The more frequent first; none where there are more than 4,096 distinct values. */
  readonly frequent: readonly (readonly [value: number, rows: number])[];
}

/** What a column of strings of a split is like; every number is exact. */
export interface CategoryStatistics {
  readonly kind: "category";
  readonly rows: number;
  readonly missing: number;
  readonly distinct: number;
  readonly frequent: readonly (readonly [value: string, rows: number])[];
}

export type ColumnStatistics = NumberStatistics | CategoryStatistics;

/** `statistics.json` of a dataset: inputs, context and the label by name, split by split. */
export type DatasetStatistics = Readonly<
  Record<SplitName, Readonly<Record<string, ColumnStatistics>>>
>;

/** Observes a numeric column in chunks; what is not finite is missing. The order of rows does not matter. */
export function numberObserver(): {
  add(values: Float32Array): void;
  statistics(): NumberStatistics;
} {
  const hashOf = (value: number) => mix32(floatBits(value));
  const moments = momentsAdder();
  const quantiles = quantileCounter();
  const values = valueCounter(hashOf);
  // While values are few only they are counted, and each goes into the sketches once.
  let few: FloatCounts | undefined = floatCounts();
  let rows = 0;
  const sketch = (value: number, times: number) => {
    moments.add(value, times);
    quantiles.add(value, times);
    values.add(value, times);
  };
  const sketchFew = () => {
    for (const [value, times] of few?.entries() ?? []) sketch(value, times);
    few = undefined;
  };
  return {
    add(chunk) {
      const bits = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length);
      rows += chunk.length;
      for (let i = 0; i < chunk.length; i++) {
        // All bits of the exponent are set: not finite.
        if (((bits[i] as number) & 0x7f800000) === 0x7f800000) continue;
        if (few?.add(bits[i] as number)) continue;
        sketchFew();
        sketch(chunk[i] as number, 1);
      }
    },
    statistics() {
      sketchFew();
      const found = moments.moments();
      const [buckets, kept] = [quantiles.sketch(), values.sketch()];
      const shares = found.count === 0 ? [] : QUANTILES;
      return {
        kind: "number",
        rows,
        missing: rows - found.count,
        distinct: distinctOf(kept, hashOf),
        min: found.min,
        max: found.max,
        mean: meanOf(found),
        standardDeviation: standardDeviationOf(found),
        quantiles: shares.map((share) => [share, quantileOf(buckets, share) as number] as const),
        frequent: mostFrequent(kept, FREQUENT_VALUES),
      };
    },
  };
}

/** @param profile counts of all strings of the column */
export const categoryStatistics = (profile: CategoryProfile): CategoryStatistics => ({
  kind: "category",
  rows: profile.rows,
  missing: profile.missing,
  distinct: profile.distinct,
  frequent: profile.counts.slice(0, FREQUENT_VALUES),
});
