import { selectNth } from "../select-nth.ts";

/**
 * A quantile of values, as LightGBM renews leaves with it: of n values ascending that at place
 * `share * (n - 1)`, between two values in proportion (type 7 of Hyndman and Fan 1996).
 *
 * With weights it is the first value ascending at which the running weight is above `share` of the whole,
 * which is LightGBM's rule too, without its step back from there.
 *
 * @param share 0..1
 * @param weights shape [n], >= 0
 * @returns 0 for no values, or none of any weight. O(n), with weights O(n log n)
 */
export function percentile(values: Float64Array, share: number, weights?: Float64Array): number {
  if (values.length === 0) return 0;
  return weights ? weighted(values, share, weights) : unweighted(values.slice(), share);
}

function unweighted(values: Float64Array, share: number): number {
  const place = share * (values.length - 1);
  const whole = Math.floor(place);
  const below = selectNth(values, whole);
  if (whole === place) return below;
  const above = values.subarray(whole + 1).reduce((a, b) => Math.min(a, b));
  return below + (above - below) * (place - whole);
}

function weighted(values: Float64Array, share: number, weights: Float64Array): number {
  const order = Uint32Array.from(values.keys());
  order.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  const limit = share * weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const found = order.find((i) => {
    sum += weights[i] as number;
    return sum > limit;
  });
  return found === undefined ? 0 : (values[found] as number);
}
