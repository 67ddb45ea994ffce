/** How numbers are brought to mean 0 and deviation 1. */
export interface Scale {
  readonly mean: number;
  /** 1 / standard deviation; 0 for numbers that are all equal. */
  readonly inverseDeviation: number;
}

/**
 * Weighted mean and deviation (divided by n) of the finite numbers, in two passes; 0 and 0 where there
 * are none.
 */
export function scaleOf(values: Float32Array | Float64Array, weights?: Float64Array): Scale {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (!Number.isFinite(value)) continue;
    const weight = weights === undefined ? 1 : (weights[row] as number);
    sum += weight * value;
    total += weight;
  }
  const mean = total > 0 ? sum / total : 0;
  let squares = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    if (!Number.isFinite(value)) continue;
    const weight = weights === undefined ? 1 : (weights[row] as number);
    squares += weight * (value - mean) ** 2;
  }
  const deviation = total > 0 ? Math.sqrt(squares / total) : 0;
  return { mean, inverseDeviation: deviation > Math.abs(mean) * 1e-12 ? 1 / deviation : 0 };
}
