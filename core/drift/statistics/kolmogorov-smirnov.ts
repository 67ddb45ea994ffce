import { steps } from "./samples.ts";

/**
 * Two-sample Kolmogorov-Smirnov statistic: the largest gap between both distribution functions.
 *
 * @param reference ascending, finite, shape [m], m > 0
 * @param current ascending, finite, shape [n], n > 0
 * @returns 0..1
 */
export function kolmogorovSmirnov(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): number {
  let largest = 0;
  for (const step of steps(reference, current)) {
    const gap = step.reference / reference.length - step.current / current.length;
    largest = Math.max(largest, Math.abs(gap));
  }
  return largest;
}

/**
 * How seldom two samples of one continuous distribution are as far apart: exactly, two-sided.
 *
 * The order in which m and n values come is a path of a lattice from (0, 0) to (m, n), and all paths are
 * equally likely. The share of the paths to (i, j) that have touched where the gap is large follows from
 * those to (i - 1, j) and (i, j - 1): u(i, j) = (i u(i - 1, j) + j u(i, j - 1)) / (i + j), and is 1 where the gap
 * itself is large. Costs O(m n d), memory O(n d).
 *
 * Source: J. L. Hodges, "The significance probability of the Smirnov two-sample test", Arkiv för Matematik 3, 1958.
 *
 * @param distance as `kolmogorovSmirnov` gives it
 * @param m values of one sample, at most some 10,000
 * @param n values of the other
 * @returns 0..1
 */
export function kolmogorovSmirnovExact(distance: number, m: number, n: number): number {
  // whole numbers, so that a gap that is as large is not missed for the last bit
  const large = Math.round(distance * m * n);
  if (large === 0) return 1;
  const isLarge = (i: number, j: number) => Math.abs(i * n - j * m) >= large;
  // row i - 1 until it is overwritten by row i
  const share = new Float64Array(n + 1).fill(1);
  for (let j = 0; j <= n && !isLarge(0, j); j++) share[j] = 0;
  for (let i = 1; i <= m; i++) {
    // where the gap is large already, or at 0: what lies before it is not read again
    const first = Math.max(0, Math.floor((i * n - large) / m));
    const last = Math.min(n, Math.ceil((i * n + large) / m));
    for (let j = first; j <= last; j++) {
      const left = j === 0 ? 0 : (share[j - 1] as number) * j;
      share[j] = isLarge(i, j) ? 1 : ((share[j] as number) * i + left) / (i + j);
    }
  }
  return share[n] as number;
}
