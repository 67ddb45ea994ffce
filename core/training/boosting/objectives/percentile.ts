/**
 * A quantile of values, as LightGBM renews leaves with it: of n values descending v[0..n - 1], between
 * v[p - 1] and v[p] for p = floor((1 - share) n), by the part that the floor took.
 *
 * With weights it is the first value ascending at which the running weight is above `share` of the whole,
 * which is LightGBM's rule too, without its step back from there.
 *
 * @param share 0..1
 * @param weights shape [n], >= 0
 * @returns 0 for no values, or none of any weight. O(n log n)
 */
export function percentile(values: Float64Array, share: number, weights?: Float64Array): number {
  if (values.length === 0) return 0;
  return weights ? weighted(values, share, weights) : unweighted(values.slice().sort(), share);
}

function unweighted(ascending: Float64Array, share: number): number {
  const n = ascending.length;
  const place = (1 - share) * n;
  const whole = Math.floor(place);
  const descending = (i: number) => ascending[n - 1 - i] as number;
  if (whole < 1) return descending(0);
  if (whole >= n) return descending(n - 1);
  const above = descending(whole - 1);
  return above - (above - descending(whole)) * (place - whole);
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
