/**
 * Distances of two distributions over the same bins or categories. Each takes shares that add up to 1, shape [k];
 * logarithms are natural.
 */

/** Shares of counts. @param counts of at least one row */
export function shares(counts: readonly number[]): readonly number[] {
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / rows);
}

const FILL = 0.0001;
const FILL_BELOW_LEAST = 1e6;

/**
 * Shares with a little in the place of each 0, which has no logarithm: 0.0001, or a millionth of the least share
 * where that is no more than 0.0001. What is added is not taken from the others.
 *
 * Source: Evidently 0.7, `get_binned_data` with `feel_zeroes`.
 */
export function withoutZeros(parts: readonly number[]): readonly number[] {
  const least = Math.min(...parts.filter((share) => share > 0));
  const fill = least <= FILL ? least / FILL_BELOW_LEAST : FILL;
  return parts.map((share) => (share === 0 ? fill : share));
}

/** Population stability index: sum of (r - c) ln(r / c); symmetric; infinite where one side alone has nothing. */
export const populationStability = (
  reference: readonly number[],
  current: readonly number[],
): number => summed(reference, current, (r, c) => (r === c ? 0 : (r - c) * Math.log(r / c)));

/** Kullback-Leibler divergence of reference from current: sum of r ln(r / c), of shares made to add up to 1. */
export function kullbackLeibler(reference: readonly number[], current: readonly number[]): number {
  return summed(shares(reference), shares(current), (r, c) => (r === 0 ? 0 : r * Math.log(r / c)));
}

/**
 * Jensen-Shannon distance: the square root of the divergence.
 *
 * @param base of the logarithm: e as SciPy and Evidently have it, at most 0.8326; 2 as NannyML, at most 1
 */
export function jensenShannon(
  reference: readonly number[],
  current: readonly number[],
  base = Math.E,
): number {
  const middle = reference.map((r, i) => (r + (current[i] as number)) / 2);
  const divergence = (kullbackLeibler(reference, middle) + kullbackLeibler(current, middle)) / 2;
  return Math.sqrt(Math.max(0, divergence) / Math.log(base));
}

/** Hellinger distance, 0..1. */
export const hellinger = (reference: readonly number[], current: readonly number[]): number =>
  Math.sqrt(Math.max(0, 1 - summed(reference, current, (r, c) => Math.sqrt(r * c))));

/** Largest difference of a share, 0..1. */
export const largestDifference = (
  reference: readonly number[],
  current: readonly number[],
): number => Math.max(...reference.map((r, i) => Math.abs(r - (current[i] as number))));

/** Total variation distance: half of all differences, 0..1. */
export const totalVariation = (reference: readonly number[], current: readonly number[]): number =>
  summed(reference, current, (r, c) => Math.abs(r - c)) / 2;

const summed = (
  reference: readonly number[],
  current: readonly number[],
  term: (reference: number, current: number) => number,
): number => reference.reduce((sum, r, i) => sum + term(r, current[i] as number), 0);
