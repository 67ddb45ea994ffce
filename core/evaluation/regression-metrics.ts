import { checkPredictions, FINITE } from "./check-predictions.ts";
import { determination } from "./determination.ts";
import type { MeasuredRows } from "./measured-rows.ts";
import { lazy, type Measurer } from "./measurer.ts";
import { measureQuantiles, predictedColumn } from "./quantile-table.ts";
import { absoluteErrors, percentageErrors, squaredErrors } from "./row-losses.ts";
import { rowWeights, weightedMean } from "./row-weights.ts";
import { sortNumbers, weightedMedian } from "./weighted-median.ts";

/**
 * Measures a model of a number and of its quantiles. Without quantiles there is no pinball loss and no
 * coverage error; with them, both are means over the quantiles.
 *
 * @param quantiles ascending, each between 0 and 1
 * @throws {InvalidInputError} as `checkPredictions` and `rowWeights`
 */
export function regressionMeasurer(measured: MeasuredRows, quantiles: readonly number[]): Measurer {
  const { labels } = measured;
  const width = 1 + quantiles.length;
  checkPredictions(measured, width, { label: FINITE, prediction: FINITE });
  const predictions = predictedColumn(measured.predictions, 0, width);
  const squared = lazy(() => squaredErrors(labels, predictions));
  const absolute = lazy(() => absoluteErrors(labels, predictions));
  const percentage = lazy(() => percentageErrors(labels, predictions));
  const sorted = lazy(() => sortNumbers(absolute()));
  const losses = lazy(() => measureQuantiles(measured, quantiles));
  const overQuantiles = (value: (quantile: ReturnType<typeof losses>[number]) => number) =>
    quantiles.length === 0
      ? undefined
      : losses().reduce((sum, one) => sum + value(one), 0) / quantiles.length;
  return {
    weights: rowWeights(measured.weights, labels.length),
    table: (weights) => ({
      rmse: () => Math.sqrt(weightedMean(squared(), weights)),
      mae: () => weightedMean(absolute(), weights),
      mape: () => weightedMean(percentage(), weights),
      r2: () => determination(labels, squared(), weights),
      medianAbsoluteError: () => weightedMedian(sorted(), weights),
      pinballLoss: () => overQuantiles(({ losses }) => weightedMean(losses, weights)),
      quantileCoverageError: () =>
        overQuantiles(({ quantile, covered }) =>
          Math.abs(weightedMean(covered, weights) - quantile),
        ),
    }),
  };
}
