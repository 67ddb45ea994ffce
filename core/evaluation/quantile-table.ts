import type { QuantileResult } from "../run/evaluation-results.ts";
import type { MeasuredRows } from "./measured-rows.ts";
import { coveredRows, pinballLosses } from "./row-losses.ts";
import { rowWeights, weightedMean } from "./row-weights.ts";

/** One predicted quantile, row by row. */
interface MeasuredQuantile {
  readonly quantile: number;
  readonly losses: Float64Array;
  readonly covered: Float64Array;
}

/** Pinball loss and coverage of each row, for every quantile. @param measured checked */
export function measureQuantiles(
  { labels, predictions }: MeasuredRows,
  quantiles: readonly number[],
): readonly MeasuredQuantile[] {
  return quantiles.map((quantile, i) => {
    const predicted = predictedColumn(predictions, 1 + i, 1 + quantiles.length);
    return {
      quantile,
      losses: pinballLosses(labels, predicted, quantile),
      covered: coveredRows(labels, predicted),
    };
  });
}

/**
 * How each quantile did: the share of rows whose label is at most the predicted quantile, which should
 * be the quantile itself, and its pinball loss.
 *
 * @param rows as measured; predictions of shape [n * (1 + quantiles)]
 * @throws {InvalidInputError} as `rowWeights`
 */
export function quantileTable(
  rows: MeasuredRows,
  quantiles: readonly number[],
): readonly QuantileResult[] {
  const weights = rowWeights(rows.weights, rows.labels.length);
  return measureQuantiles(rows, quantiles).map(({ quantile, losses, covered }) => ({
    quantile,
    coverage: weightedMean(covered, weights),
    pinballLoss: weightedMean(losses, weights),
  }));
}

/** One column of row-major predictions. */
export function predictedColumn(
  predictions: Float32Array | Float64Array,
  column: number,
  width: number,
): Float64Array {
  const values = new Float64Array(predictions.length / width);
  for (let row = 0; row < values.length; row++) {
    values[row] = predictions[row * width + column] as number;
  }
  return values;
}
