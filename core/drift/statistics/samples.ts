/** Steps of two empirical distribution functions: after each distinct value, in rising order. */
export interface Step {
  readonly value: number;
  /** Values of the sample up to and with this one. */
  readonly reference: number;
  readonly current: number;
}

/**
 * @param reference ascending, finite, shape [m]
 * @param current ascending, finite, shape [n]
 */
export function* steps(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): Generator<Step, void> {
  let i = 0;
  let j = 0;
  while (i < reference.length || j < current.length) {
    const value = Math.min(
      reference[i] ?? Number.POSITIVE_INFINITY,
      current[j] ?? Number.POSITIVE_INFINITY,
    );
    while (reference[i] === value) i += 1;
    while (current[j] === value) j += 1;
    yield { value, reference: i, current: j };
  }
}
