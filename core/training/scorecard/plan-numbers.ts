import type { ScorecardParameters } from "../../definition/parameters/scorecard.ts";
import type { NumberColumn } from "../training-frame.ts";
import type { NumberBinning } from "./binning.ts";
import { type BinningRule, optimalBins } from "./optimal-bins.ts";
import { quantileEnds } from "./quantile-ends.ts";
import { finite, readableBorder } from "./readable-border.ts";
import { mergeMasses, type Sample } from "./sample.ts";

/**
 * Bins of a column of numbers: prebins of about equal weight between distinct values, put together by
 * `optimalBins`. A value always counts as one with itself: no border parts equal values. Infinite
 * numbers are as the largest finite ones; rows of weight 0 do not count. O(rows log rows).
 */
export function planNumbers(
  { name, values }: NumberColumn,
  sample: Sample,
  rule: BinningRule,
  { prebins, monotone }: Pick<ScorecardParameters, "prebins" | "monotone">,
): NumberBinning {
  const { distinct, good, bad } = distinctValues(values, sample);
  if (distinct.length === 0) return { kind: "number", name, borders: [] };
  const prebinEnds = quantileEnds(
    good.map((weight, i) => weight + (bad[i] as number)),
    prebins,
  );
  const ends = optimalBins(mergeMasses(good, bad, prebinEnds), rule, monotone[name] ?? "auto");
  const borders = ends.slice(0, -1).map((end) => {
    const next = prebinEnds[end - 1] as number;
    return readableBorder(distinct[next - 1] as number, distinct[next] as number);
  });
  return { kind: "number", name, borders };
}

/** Distinct values ascending, NaN and rows of weight 0 left out, and what the rows of each weigh. */
function distinctValues(values: Float32Array, sample: Sample) {
  const weighs = (row: number) => (sample.good[row] as number) + (sample.bad[row] as number) > 0;
  const seen = values
    .filter((value, row) => !Number.isNaN(value) && weighs(row))
    .map(finite)
    .sort();
  const distinct = seen.filter((value, i) => i === 0 || value !== seen[i - 1]);
  const good = new Float64Array(distinct.length);
  const bad = new Float64Array(distinct.length);
  values.forEach((value, row) => {
    if (Number.isNaN(value) || !weighs(row)) return;
    const at = indexOf(distinct, finite(value));
    good[at] = (good[at] as number) + (sample.good[row] as number);
    bad[at] = (bad[at] as number) + (sample.bad[row] as number);
  });
  return { distinct, good, bad };
}

/** Place of a value that is there. */
function indexOf(ascending: Float32Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
