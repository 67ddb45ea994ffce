import { steps } from "./samples.ts";

/**
 * Wasserstein distance of the first order, in the values' own unit: the area between both distribution functions.
 *
 * @param reference ascending, finite, shape [m], m > 0
 * @param current ascending, finite, shape [n], n > 0
 */
export function wasserstein(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  let area = 0;
  let before: { readonly value: number; readonly gap: number } | undefined;
  for (const step of steps(reference, current)) {
    if (before !== undefined) area += before.gap * (step.value - before.value);
    const gap = Math.abs(step.reference / reference.length - step.current / current.length);
    before = { value: step.value, gap };
  }
  return area;
}

/** Least standard deviation that is divided by. Source: Evidently 0.7, `wasserstein_distance_norm`. */
const LEAST_DEVIATION = 0.001;

/** In standard deviations of the reference (of the population, not of a sample). */
export function normalisedWasserstein(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): number {
  const values = Array.from(reference);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return wasserstein(reference, current) / Math.max(Math.sqrt(variance), LEAST_DEVIATION);
}
