import type { NumberProfile } from "./baseline.ts";

/** Most bins of a numeric profile whose edges are quantiles. */
const QUANTILE_BINS = 20;
/** Whole numbers with at most so many distinct values get one bin each: an hour, a day of a month. */
const WHOLE_NUMBER_BINS = 32;

/** A value, and how many values do not exceed it. */
interface Mark {
  readonly value: number;
  readonly upTo: number;
}

/**
 * Makes the profile of a numeric column from its sorted values, which need not be in memory: two
 * passes, each value with how often it occurs, ascending. A value may come several times in a row.
 *
 * Sums go value by value, so that the profile is the same to the last bit however values are counted.
 * Where values are weighted, counts may have fractions.
 *
 * @param total `rows` of the column, and how many of them have a `finite` number
 */
export function sortedProfiler(total: { readonly rows: number; readonly finite: number }): {
  /** First pass. */
  add(value: number, count: number): void;
  /** Second pass, over the same values. */
  addAgain(value: number, count: number): void;
  profile(): NumberProfile;
} {
  const { rows, finite } = total;
  const distinct: Mark[] = [];
  const quantiles: Mark[] = [];
  let [min, max] = [Number.NaN, Number.NaN];
  let [seen, sum, squares, quantile] = [0, 0, 0, 1];
  return {
    add(value, count) {
      if (seen === 0) min = value;
      max = value;
      seen += count;
      sum = addedUp(sum, value, count);
      mark(distinct, { value, upTo: seen });
      // The nearest-rank quantile: the smallest value that i/20 of all values do not exceed.
      const rank = () => Math.ceil((quantile * finite) / QUANTILE_BINS);
      if (quantiles.at(-1)?.value === value)
        quantiles[quantiles.length - 1] = { value, upTo: seen };
      for (; quantile < QUANTILE_BINS && rank() <= seen; quantile++) {
        if (quantiles.at(-1)?.value !== value) quantiles.push({ value, upTo: seen });
      }
    },
    addAgain(value, count) {
      const square = (value - sum / finite) ** 2;
      squares = addedUp(squares, square, count);
    },
    profile() {
      const marks = edgesOf(distinct, quantiles).filter(({ value }) => value !== max);
      const upTo = [0, ...marks.map((edge) => edge.upTo), finite];
      const isEmpty = finite === 0;
      return {
        kind: "number",
        rows,
        missing: rows - finite,
        min: isEmpty ? null : min,
        max: isEmpty ? null : max,
        mean: isEmpty ? null : sum / finite,
        standardDeviation: isEmpty ? null : Math.sqrt(squares / finite),
        edges: marks.map(({ value }) => value),
        counts: upTo.slice(1).map((count, i) => count - (upTo[i] as number)),
      };
    },
  };
}

/** A sum with a value added to it many times, one by one: whole numbers give the same at once. */
function addedUp(sum: number, value: number, count: number): number {
  const all = value * count;
  if (Number.isInteger(value) && [sum, all, sum + all].every(Number.isSafeInteger)) {
    return sum + all;
  }
  if (!Number.isInteger(count)) return sum + all;
  let added = sum;
  for (let i = 0; i < count; i++) added += value;
  return added;
}

/** Keeps one distinct value more than may have a bin each. */
function mark(distinct: Mark[], next: Mark): void {
  if (distinct.at(-1)?.value === next.value) distinct[distinct.length - 1] = next;
  else if (distinct.length <= WHOLE_NUMBER_BINS) distinct.push(next);
}

/** One bin a value where there are few, else quantiles. */
function edgesOf(distinct: readonly Mark[], quantiles: readonly Mark[]): readonly Mark[] {
  const isWhole =
    distinct.length <= WHOLE_NUMBER_BINS && distinct.every(({ value }) => Number.isInteger(value));
  return isWhole || distinct.length <= QUANTILE_BINS ? distinct : quantiles;
}
