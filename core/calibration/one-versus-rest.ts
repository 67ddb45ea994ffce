/** Smallest probability of all other classes that log-odds are taken of; keeps them below 700. */
export const LEAST_REST = 1e-300;

/**
 * Log-odds of each class against all others, by softmax: ln p_k - ln of the sum of the other
 * probabilities, which is summed rather than taken from 1, so that nothing cancels.
 *
 * @param logits row by row, shape [rows * width]
 * @returns the same shape
 */
export function logOddsAgainstRest(logits: Float64Array, width: number): Float64Array {
  const logOdds = new Float64Array(logits.length);
  for (let begin = 0; begin < logits.length; begin += width) {
    const row = logits.subarray(begin, begin + width);
    const logs = logProbabilities(row);
    const shares = logs.map(Math.exp);
    for (let k = 0; k < width; k++) {
      let rest = 0;
      for (let j = 0; j < width; j++) if (j !== k) rest += shares[j] as number;
      logOdds[begin + k] = (logs[k] as number) - Math.log(Math.max(rest, LEAST_REST));
    }
  }
  return logOdds;
}

/** Rows divided by their sum; a row of zeros becomes equal shares. Shape [rows * width]. */
export function normaliseRows(values: Float64Array, width: number): Float64Array {
  const shares = new Float64Array(values.length);
  for (let begin = 0; begin < values.length; begin += width) {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += values[begin + k] as number;
    for (let k = 0; k < width; k++) {
      shares[begin + k] = sum === 0 ? 1 / width : (values[begin + k] as number) / sum;
    }
  }
  return shares;
}

/** Logarithms of softmax of one row of logits. */
export function logProbabilities(logits: Float64Array): Float64Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  const logSum = Math.log(sum);
  return logits.map((logit) => logit - largest - logSum);
}
