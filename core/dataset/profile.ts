import { InvalidInputError } from "../errors.ts";
import type { CategoryProfile, NumberProfile } from "./baseline.ts";
import { sortedProfiler } from "./sorted-profiler.ts";

/** Most strings that a category profile names. */
export const CATEGORY_VALUES = 1_000;

/** Numbers of a column; what is not finite is missing. */
export type Numbers = Float32Array | Float64Array | Uint8Array | readonly number[];

/**
 * Profile of a numeric column. Its mean and (population) standard deviation are summed over the sorted
 * values, so that the order of rows does not matter to the last bit.
 *
 * @param edges inner edges of the bins, ascending and distinct; quantile edges of `values` if absent
 */
export function profileNumbers(values: Numbers, edges?: readonly number[]): NumberProfile {
  const sorted = sortedFinite(values);
  const profiler = sortedProfiler({ rows: values.length, finite: sorted.length });
  for (const value of sorted) profiler.add(value, 1);
  for (const value of sorted) profiler.addAgain(value, 1);
  const profile = profiler.profile();
  if (edges === undefined) return profile;
  return { ...profile, edges, counts: countIntoBins(edges, sorted).counts };
}

/**
 * Counts values by bin: bin i holds `edges[i-1] < value <= edges[i]`, the first and the last are open.
 *
 * @param edges ascending and distinct, shape [k - 1]
 * @returns `counts` of shape [k], and how many values were `missing` (not finite)
 * @throws {InvalidInputError} if edges do not ascend
 */
export function countIntoBins(
  edges: readonly number[],
  values: Numbers,
): { readonly counts: readonly number[]; readonly missing: number } {
  if (edges.some((edge, i) => i > 0 && edge <= (edges[i - 1] as number))) {
    throw new InvalidInputError(`bin edges must ascend, got ${edges.join(", ")}`);
  }
  const counts = new Array<number>(edges.length + 1).fill(0);
  let missing = 0;
  for (const value of values) {
    if (!Number.isFinite(value)) missing++;
    else (counts[binOf(edges, value)] as number)++;
  }
  return { counts, missing };
}

/**
 * Profile of a column of strings from how often each occurs.
 *
 * @param counts by string, each above 0; at most 1,000 of them are named, the others summed up
 * @param missing rows without a string
 */
export function profileCategories(
  counts: Iterable<readonly [value: string, count: number]>,
  missing: number,
): CategoryProfile {
  const sorted = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const total = (entries: typeof sorted) => entries.reduce((all, [, count]) => all + count, 0);
  return {
    kind: "category",
    rows: total(sorted) + missing,
    missing,
    distinct: sorted.length,
    counts: sorted.slice(0, CATEGORY_VALUES),
    other: total(sorted.slice(CATEGORY_VALUES)),
  };
}

/** Without a filter's list of boxed numbers: that is 100 MB for 2,000,000 rows. */
function sortedFinite(values: Numbers): Float64Array {
  const finite = new Float64Array(values.length);
  let length = 0;
  for (const value of values) if (Number.isFinite(value)) finite[length++] = value;
  return finite.subarray(0, length).sort();
}

/** The first bin whose upper edge is not below the value, by bisection. */
function binOf(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (edges[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
