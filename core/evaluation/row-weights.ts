import { InvalidInputError } from "../errors.ts";

/**
 * The weights, checked; all 1 where there are none.
 *
 * @param weights shape [rows]
 * @throws {InvalidInputError} without rows, or if the number of weights is another, one is negative
 *   or not finite, or all are 0.
 */
export function rowWeights(weights: Float64Array | undefined, rows: number): Float64Array {
  if (rows === 0) throw new InvalidInputError("metrics need at least one row, got none");
  if (weights === undefined) return new Float64Array(rows).fill(1);
  if (weights.length !== rows) {
    throw new InvalidInputError(`got ${weights.length} weights for ${rows} rows`);
  }
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (wrong >= 0) {
    throw new InvalidInputError(
      `weight of row ${wrong} must be finite and not negative, got ${weights[wrong]}`,
    );
  }
  if (sum(weights) === 0) {
    throw new InvalidInputError(
      `weights of all ${rows} rows are 0; metrics need a row that counts`,
    );
  }
  return weights;
}

export function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}

/** sum of w * x / sum of w. NaN where all weights are 0. */
export function weightedMean(values: Float64Array, weights: Float64Array): number {
  let total = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    total += (weights[i] as number) * (values[i] as number);
    weight += weights[i] as number;
  }
  return total / weight;
}
