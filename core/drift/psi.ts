import { InvalidInputError } from "../errors.ts";

/**
 * Population stability index between two histograms over the same bins.
 *
 * PSI = sum over i of (q_i - p_i) * ln(q_i / p_i), where p and q are the smoothed bin
 * shares of `reference` and `current`. It is the symmetric divergence J of Kullback &
 * Leibler (1951), "On Information and Sufficiency", applied to binned data.
 *
 * @param reference counts per bin at training time, shape [k], each a finite number >= 0
 * @param current   counts per bin in the window under test, shape [k], same bins and order
 * @param smoothing pseudo-count added to every bin of both sides before normalising, in
 *   counts. 0 is allowed only when no bin is empty.
 * @returns PSI in nats, >= 0; 0 only for equal shares. Symmetric in its two histograms.
 * @throws {InvalidInputError} if lengths differ, k < 2, `smoothing` or a count is negative or
 *   not finite, a side has no mass, or an empty bin meets `smoothing = 0`.
 */
export function psi(
  reference: readonly number[],
  current: readonly number[],
  smoothing = 0.5,
): number {
  if (reference.length !== current.length) {
    throw new InvalidInputError(
      `histograms must share bins, got ${reference.length} and ${current.length}`,
    );
  }
  if (reference.length < 2) {
    throw new InvalidInputError(`histograms must have at least 2 bins, got ${reference.length}`);
  }
  if (!(smoothing >= 0 && Number.isFinite(smoothing))) {
    throw new InvalidInputError(`smoothing must be a finite number >= 0, got ${smoothing}`);
  }
  const p = shares(reference, smoothing, "reference");
  const q = shares(current, smoothing, "current");
  return p.reduce((sum, pi, i) => {
    const qi = q[i] as number;
    return sum + (qi - pi) * Math.log(qi / pi);
  }, 0);
}

function shares(counts: readonly number[], smoothing: number, side: string): readonly number[] {
  let mass = 0;
  for (const [bin, count] of counts.entries()) {
    if (!(count >= 0 && Number.isFinite(count))) {
      throw new InvalidInputError(`${side} bin ${bin} must be a finite count >= 0, got ${count}`);
    }
    if (count + smoothing === 0) {
      throw new InvalidInputError(`${side} bin ${bin} is empty; use a smoothing above 0`);
    }
    mass += count;
  }
  if (mass === 0) throw new InvalidInputError(`${side} histogram has no rows`);
  const total = mass + smoothing * counts.length;
  return counts.map((count) => (count + smoothing) / total);
}
