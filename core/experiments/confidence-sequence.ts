import { InvalidInputError } from "../errors.ts";

/** What is known of one side: how many values, their mean, and their variance (divisor n - 1). */
export interface Sample {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** A difference of two means, told so that it may be looked at after every value. */
export interface Difference {
  /** Mean of the second less that of the first. */
  readonly estimate: number;
  /** Holds the true difference at every look at once, with probability 1 - alpha. */
  readonly interval: readonly [low: number, high: number];
  /** Of no difference: may be compared with alpha at any look. */
  readonly pValue: number;
}

/**
 * Standard deviation of the normal mixture, in standard deviations of the values: differences of about
 * this size are found soonest. A twentieth is what tests of models look for.
 */
const MIXTURE = 0.05;

/**
 * Always-valid difference of two means: the mixture sequential probability ratio test of Johari, Pekelis
 * & Walsh (2022), "Always Valid Inference", Operations Research 70(3), with a normal mixture N(0, t^2):
 *
 *   V = s1^2/n1 + s2^2/n2,  L = sqrt(V/(V + t^2)) * exp(t^2 d^2 / (2 V (V + t^2)))
 *
 * The p-value is min(1, 1/L), and the interval is every difference that L does not reject:
 * d +- sqrt(V (V + t^2)/t^2 * (ln((V + t^2)/V) - 2 ln alpha)). It is Robbins' (1970) normal mixture, as
 * in Howard et al. (2021), "Time-uniform, nonparametric, nonasymptotic confidence sequences". The values
 * need not be normal: with some hundred a side the means are, which is Waudby-Smith et al.'s (2024)
 * asymptotic confidence sequence.
 *
 * @param alpha 0 < alpha < 1
 * @throws {InvalidInputError} if a side has fewer than 2 values or no finite mean and variance >= 0, or
 *   alpha is out of range.
 */
export function alwaysValidDifference(first: Sample, second: Sample, alpha = 0.05): Difference {
  for (const { n, mean, variance } of [first, second]) {
    if (n >= 2 && Number.isFinite(mean) && variance >= 0 && Number.isFinite(variance)) continue;
    throw new InvalidInputError(
      `a side needs 2 values, a mean and a variance, got n ${n}, mean ${mean}, variance ${variance}`,
    );
  }
  if (!(alpha > 0 && alpha < 1)) {
    throw new InvalidInputError(`alpha must be above 0 and below 1, got ${alpha}`);
  }
  const estimate = second.mean - first.mean;
  const v = first.variance / first.n + second.variance / second.n;
  if (v === 0) {
    // Values that never vary: whatever differs, differs.
    return { estimate, interval: [estimate, estimate], pValue: estimate === 0 ? 1 : 0 };
  }
  const t2 = MIXTURE ** 2 * pooledVariance(first, second);
  const logRatio = 0.5 * Math.log(v / (v + t2)) + (t2 * estimate ** 2) / (2 * v * (v + t2));
  const radius = Math.sqrt(((v * (v + t2)) / t2) * (Math.log((v + t2) / v) - 2 * Math.log(alpha)));
  return {
    estimate,
    interval: [estimate - radius, estimate + radius],
    pValue: Math.min(1, Math.exp(-logRatio)),
  };
}

const pooledVariance = (a: Sample, b: Sample): number =>
  ((a.n - 1) * a.variance + (b.n - 1) * b.variance) / (a.n + b.n - 2);
