import {
  EXP_COEFFICIENTS,
  FRACTION_BITS,
  GRADIENT_STEPS,
  HESSIAN_STEPS,
  LARGEST_SCORE,
  LEAST_PROBABILITY,
  LN2_HIGH,
  LN2_LOW,
  ROUNDING,
} from "./slope-arithmetic.ts";

/** Doubles whose bits are those of the whole number 1, and of a double's fraction. */
export const WHOLE_ONE = Number.MIN_VALUE;
export const FRACTION = (2 ** FRACTION_BITS - 1) * Number.MIN_VALUE;

/**
 * Doubles of the pass, each twice. They lie in memory: as constants of the code they would be put together
 * from whole numbers each time they are used, which takes longer than the arithmetic.
 */
export const SLOPE_CONSTANTS: readonly number[] = [
  ...[1, -1],
  ...EXP_COEFFICIENTS,
  ...[LARGEST_SCORE, -LARGEST_SCORE, Math.LOG2E, LN2_HIGH, LN2_LOW, ROUNDING, LEAST_PROBABILITY],
  ...[GRADIENT_STEPS, HESSIAN_STEPS, FRACTION, WHOLE_ONE],
];
