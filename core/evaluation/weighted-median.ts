import { sum } from "./row-weights.ts";
import { sortedOrder } from "./sorted-order.ts";

/** Numbers in rising order, ready for the median under any weights. */
export interface SortedNumbers {
  readonly values: Float64Array;
  readonly order: Uint32Array;
}

export function sortNumbers(values: Float64Array): SortedNumbers {
  return { values, order: sortedOrder(values) };
}

/**
 * The number that half of the weight lies below; where the half falls exactly between two numbers,
 * their mean. With equal weights the common median ("averaged inverted CDF", Hyndman & Fan 1996, as
 * scikit-learn's `median_absolute_error`).
 *
 * @param weights >= 0, not all 0, in the order of `values`
 */
export function weightedMedian({ values, order }: SortedNumbers, weights: Float64Array): number {
  const half = sum(weights) / 2;
  let below = 0;
  let lower: number | undefined;
  for (const position of order) {
    const weight = weights[position] as number;
    if (weight === 0) continue;
    const value = values[position] as number;
    if (lower !== undefined) return (lower + value) / 2;
    below += weight;
    // A half that is missed by rounding alone is met.
    if (below > half * (1 + 1e-12)) return value;
    if (below >= half * (1 - 1e-12)) lower = value;
  }
  return lower as number;
}
