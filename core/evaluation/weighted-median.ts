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
  const weightAt = (place: number) => weights[order[place] as number] as number;
  const valueAt = (place: number) => values[order[place] as number] as number;
  const half = sum(weights) / 2;
  let place = 0;
  let below = weightAt(place);
  // A half that is missed by rounding alone is met.
  while (below < half * (1 - 1e-12)) below += weightAt(++place);
  if (below > half * (1 + 1e-12)) return valueAt(place);
  let above = place + 1;
  while (weightAt(above) === 0) above++;
  return (valueAt(place) + valueAt(above)) / 2;
}
