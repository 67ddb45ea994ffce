import type { Labels } from "../../training-frame.ts";
import type { Slopes } from "../histogram.ts";
import {
  EXP_COEFFICIENTS,
  GRADIENT_STEPS,
  HESSIAN_STEPS,
  LARGEST_SCORE,
  LEAST_PROBABILITY,
  LN2_HIGH,
  LN2_LOW,
  lossOf,
  ROUNDING,
} from "./slope-arithmetic.ts";

/** 2^n at n + 1022, n = -1022..1022. */
const POWERS = Float64Array.from({ length: 2045 }, (_, i) => 2 ** (i - 1022));

/**
 * Rounded gradients and hessians of rows begin..end - 1, interleaved; as the kernel in WebAssembly
 * computes them, operation by operation.
 *
 * @param begin even
 * @param slopes is overwritten there, shape [2 n]
 * @returns the sum of the rows' log-losses
 */
export function plainSlopes(
  scores: Float64Array,
  labels: Labels,
  begin: number,
  end: number,
  slopes: Slopes,
): number {
  return (
    laneSlopes(scores, labels, begin, end, slopes) +
    laneSlopes(scores, labels, begin + 1, end, slopes)
  );
}

/** Every second row: what is one lane of a SIMD register in WebAssembly. */
function laneSlopes(
  scores: Float64Array,
  labels: Labels,
  begin: number,
  end: number,
  slopes: Slopes,
): number {
  const product = Float64Array.of(1);
  const words = new Uint32Array(product.buffer);
  let exponents = 0;
  let rows = 0;
  let gradientCarry = 0;
  let hessianCarry = 0;
  for (let row = begin; row < end; row += 2) {
    const sign = 1 - 2 * (labels[row] as number);
    const score = (scores[row] as number) * sign;
    const power = exponential(Math.min(Math.max(score, -LARGEST_SCORE), LARGEST_SCORE));
    // Probabilities of the row's own class and of the other one.
    const right = 1 / (1 + power);
    const wrong = power * right;

    const gradient = wrong * sign * GRADIENT_STEPS + gradientCarry;
    const roundedGradient = gradient + ROUNDING - ROUNDING;
    gradientCarry = gradient - roundedGradient;
    const hessian = right * wrong * HESSIAN_STEPS + hessianCarry;
    const roundedHessian = hessian + ROUNDING - ROUNDING;
    hessianCarry = hessian - roundedHessian;
    slopes[2 * row] = roundedGradient / GRADIENT_STEPS;
    slopes[2 * row + 1] = roundedHessian / HESSIAN_STEPS;

    product[0] = (product[0] as number) * Math.max(right, LEAST_PROBABILITY);
    const high = words[1] as number;
    exponents += high >>> 20;
    words[1] = (high & 0xfffff) | 0x3ff00000;
    rows++;
  }
  return lossOf(product[0] as number, exponents, rows);
}

function at(k: number): number {
  return EXP_COEFFICIENTS[k] as number;
}

/** e^x for x in -700..700. */
function exponential(x: number): number {
  const shifted = x * Math.LOG2E + ROUNDING;
  const twos = shifted - ROUNDING;
  const rest = x - twos * LN2_HIGH - twos * LN2_LOW;
  const square = rest * rest;
  const fourth = square * square;
  const four = (k: number) => at(k) + at(k + 1) * rest + (at(k + 2) + at(k + 3) * rest) * square;
  const sum = four(0) + four(4) * fourth + four(8) * (fourth * fourth);
  return sum * (POWERS[twos + 1022] as number);
}
