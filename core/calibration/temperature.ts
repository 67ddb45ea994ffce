import { logProbabilities } from "./one-versus-rest.ts";

/** Sharpest and softest answers that are allowed: scores are divided by 0.01 to 100. */
const MOST_SHARPNESS = 100;
/** ln(10^4) halved so often is below the precision of a double near 1. */
const HALVINGS = 56;

/**
 * The temperature T > 0 at which softmax(scores / T) has the least log-loss (Guo et al. 2017, "On
 * calibration of modern neural networks"). It changes no row's order of classes.
 *
 * The loss is convex in 1 / T, so its slope is searched for a zero by halving; 0.01 <= T <= 100. Where no
 * temperature matters, because each row's scores are equal, it is 100.
 *
 * @param scores row by row, shape [rows * width]
 * @param labels index of the class, shape [rows]
 */
export function fitTemperature(
  scores: Float64Array,
  labels: Uint8Array,
  weights: Float64Array,
  width: number,
): number {
  let low = 1 / MOST_SHARPNESS;
  let high = MOST_SHARPNESS;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = Math.sqrt(low * high);
    if (lossSlope(middle, scores, labels, weights, width) < 0) low = middle;
    else high = middle;
  }
  return 1 / low;
}

/** Derivative of the log-loss of softmax(sharpness * scores) by the sharpness. */
function lossSlope(
  sharpness: number,
  scores: Float64Array,
  labels: Uint8Array,
  weights: Float64Array,
  width: number,
): number {
  let slope = 0;
  for (let row = 0; row < labels.length; row++) {
    const own = scores.subarray(row * width, (row + 1) * width);
    const shares = logProbabilities(own.map((score) => sharpness * score)).map(Math.exp);
    const label = own[labels[row] as number] as number;
    let excess = 0;
    shares.forEach((share, k) => {
      excess += share * ((own[k] as number) - label);
    });
    slope += (weights[row] as number) * excess;
  }
  return slope;
}
