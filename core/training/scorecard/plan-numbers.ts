import type { ScorecardParameters } from "../../definition/parameters/scorecard.ts";
import { sortFloats } from "../boosting/sort-floats.ts";
import type { NumberColumn } from "../training-frame.ts";
import { binRows, type NumberBinning } from "./binning.ts";
import { type BinningRule, optimalBins } from "./optimal-bins.ts";
import { quantileEnds } from "./quantile-ends.ts";
import { finite, readableBorder } from "./readable-border.ts";
import { massesOf, type Sample } from "./sample.ts";

/**
 * Bins of a column of numbers: prebins of about equal weight between distinct values, put together by
 * `optimalBins`. No border parts equal values. Infinite numbers are as the largest finite ones; rows of
 * weight 0 do not count.
 */
export function planNumbers(
  { kind, name, values }: NumberColumn,
  sample: Sample,
  rule: BinningRule,
  { prebins, monotone }: Pick<ScorecardParameters, "prebins" | "monotone">,
): NumberBinning {
  const { distinct, weights } = distinctValues(values, sample.weights);
  if (distinct.length === 0) return { kind, name, borders: [] };
  const prebinEnds = quantileEnds(weights, prebins);
  const largest = prebinEnds.map((end) => distinct[end - 1] as number);
  const fine: NumberBinning = { kind, name, borders: largest.slice(0, -1) };
  const column = { kind, name, values };
  const withMissing = massesOf(binRows(fine, column), prebinEnds.length + 1, sample);
  const ends = optimalBins(withMissing.slice(0, -1), rule, monotone[name] ?? "auto");
  const borders = ends.slice(0, -1).map((end) => {
    const next = distinct[prebinEnds[end - 1] as number] as number;
    return readableBorder(largest[end - 1] as number, next);
  });
  return { kind, name, borders };
}

/** Distinct values ascending, NaN and rows of weight 0 left out, and what the rows of each weigh. */
function distinctValues(values: Float32Array, weights: Float64Array | undefined) {
  const sorted = sortFloats(
    values.map((value, row) => (weights?.[row] === 0 ? Number.NaN : finite(value))),
  );
  const distinct = new Float32Array(sorted.length);
  const counts = new Float64Array(sorted.length);
  let size = 0;
  for (let i = 0; i < sorted.length; i++) {
    const value = sorted[i] as number;
    if (size === 0 || distinct[size - 1] !== value) distinct[size++] = value;
    counts[size - 1] = (counts[size - 1] as number) + 1;
  }
  const some = distinct.subarray(0, size);
  return {
    distinct: some,
    weights: weights ? weigh(some, values, weights) : counts.subarray(0, size),
  };
}

function weigh(distinct: Float32Array, values: Float32Array, weights: Float64Array): Float64Array {
  const sums = new Float64Array(distinct.length);
  values.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    const at = placeOf(distinct, finite(value));
    sums[at] = (sums[at] as number) + (weights[row] as number);
  });
  return sums;
}

/** Place of a value that is there. */
function placeOf(ascending: Float32Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
