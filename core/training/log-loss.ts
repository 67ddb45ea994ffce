/** Smallest probability that a loss is counted with, so that a row never costs infinity. */
const LEAST_PROBABILITY = 1e-15;
/** The running product stays far from the smallest double, 5e-324. */
const LEAST_PRODUCT = 1e-280;

export function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score));
}

/**
 * Mean log-loss of scores: -ln of the probability of the class that each row has; NaN for no rows.
 * Probabilities are multiplied and only their products go through the logarithm.
 *
 * @param scores log-odds, shape [n]
 */
export function meanLogLoss(scores: Float64Array, labels: Uint8Array): number {
  let sum = 0;
  let product = 1;
  for (let row = 0; row < labels.length; row++) {
    const score = scores[row] as number;
    product *= Math.max(sigmoid(labels[row] === 1 ? score : -score), LEAST_PROBABILITY);
    if (product < LEAST_PRODUCT) {
      sum -= Math.log(product);
      product = 1;
    }
  }
  return (sum - Math.log(product)) / labels.length;
}
