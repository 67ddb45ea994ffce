/**
 * Constants of the gradient pass, the same in JavaScript and in WebAssembly.
 *
 * Gradients p - y are rounded to multiples of 1/2048 and hessians p (1 - p) to multiples of 1/4096, and
 * what rounding takes from a row is given to the next but one: sums over many rows stay right, and, of
 * integers, they do not depend on the order of summing (as LightGBM's quantized training, Shi et al.
 * 2022, which rounds at random and to fewer steps).
 */
export const GRADIENT_STEPS = 2048;
export const HESSIAN_STEPS = 4096;

/** Added and taken away again, it rounds a double to the nearest integer, halves to even. */
export const ROUNDING = 1.5 * 2 ** 52;

/** Larger log-odds count as this: e^-700 is still a normal double. */
export const LARGEST_SCORE = 700;

/** Smallest probability that a loss is counted with, so that a row never costs infinity. */
export const LEAST_PROBABILITY = 1e-15;

/** ln 2 in two parts; n times the first is exact for |n| < 2^20 (fdlibm, e_exp.c). */
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;

/**
 * 1/0!, 1/1!, ..., 1/11!: e^r for |r| <= ln(2) / 2 to 1e-14. Summed by Estrin's scheme, whose products
 * do not wait for each other; the gradient pass takes 1.4 times as long with Horner's.
 */
export const EXP_COEFFICIENTS: readonly number[] = factorials(11).map((value) => 1 / value);

/** Bits of a double: its fraction, and the exponent of 1. */
export const FRACTION_BITS = 52;
const ONE_EXPONENT = 1023;

function factorials(highest: number): number[] {
  const values = [1];
  for (let k = 1; k <= highest; k++) values.push((values[k - 1] as number) * k);
  return values;
}

/**
 * Log-loss of a lane's product of probabilities, kept as its fraction in 1..2 and the sum of the
 * exponents that were taken out of it, one a row.
 */
export function lossOf(fraction: number, exponents: number, rows: number): number {
  return -(Math.log(fraction) + (exponents - ONE_EXPONENT * rows) * Math.LN2);
}

/** Bits of the largest given slope, and of a sum of them that a double still holds exactly. */
const SLOPE_BITS = 30;
const SUM_BITS = 53;
/** Steps beyond it would overflow. */
const MOST_STEP_BITS = 1000;

/**
 * Steps a unit that given slopes are rounded to: a power of two, as many as keep every row below 2^30
 * steps and any sum of rows below 2^53.
 *
 * @param largest of the rows' absolute values, finite
 */
export function stepsFor(largest: number, rows: number): number {
  if (largest === 0) return 1;
  const bits = Math.min(SLOPE_BITS, SUM_BITS - 1 - Math.ceil(Math.log2(rows)));
  return 2 ** Math.min(MOST_STEP_BITS, bits - 1 - Math.floor(Math.log2(largest)));
}
