import { calibrationBins, expectedCalibrationError } from "./calibration.ts";
import { checkPredictions, classIndex, PROBABILITY } from "./check-predictions.ts";
import { countClasses, eachClass, macroMean, weightedClassMean } from "./class-confusion.ts";
import { type ClassRanks, rankClasses } from "./class-ranks.ts";
import type { MeasuredRows } from "./measured-rows.ts";
import { lazy, type Measurer } from "./measurer.ts";
import { classOrders, macroRocAuc } from "./one-versus-rest.ts";
import { classLogLosses } from "./row-losses.ts";
import { rowWeights, weightedMean } from "./row-weights.ts";
import { orderScores, rankOrdered } from "./score-ranking.ts";

/**
 * Measures a model of many classes. The class with the highest probability is predicted; of equal ones
 * the first. Top-k accuracy exists where there are more than k classes. Micro F1 is accuracy, as each
 * row has one class. The calibration error is that of the highest probability against how often it is
 * right (top-label).
 *
 * @param classes 2 to 256
 * @throws {InvalidInputError} as `checkPredictions` and `rowWeights`
 */
export function multiclassMeasurer(measured: MeasuredRows, classes: number): Measurer {
  const { labels, predictions } = measured;
  checkPredictions(measured, classes, { label: classIndex(classes), prediction: PROBABILITY });
  const ranks = rankClasses(labels, predictions, classes);
  const logLosses = lazy(() => classLogLosses(labels, predictions, classes));
  const orders = lazy(() => classOrders(measured, classes));
  const confidence = lazy(() =>
    orderScores({ labels: ranks.isRight, scores: ranks.highestProbability }),
  );
  return {
    weights: rowWeights(measured.weights, labels.length),
    table(weights) {
      const each = lazy(() => eachClass(countClasses(labels, ranks.predicted, weights, classes)));
      const accuracy = () => topAccuracy(ranks, weights, 1);
      return {
        logLoss: () => weightedMean(logLosses(), weights),
        accuracy,
        topTwoAccuracy: () => (classes > 2 ? topAccuracy(ranks, weights, 2) : undefined),
        topThreeAccuracy: () => (classes > 3 ? topAccuracy(ranks, weights, 3) : undefined),
        macroPrecision: () => macroMean(each(), ({ precision }) => precision),
        macroRecall: () => macroMean(each(), ({ recall }) => recall),
        macroF1: () => macroMean(each(), ({ f1 }) => f1),
        weightedPrecision: () => weightedClassMean(each(), ({ precision }) => precision),
        weightedRecall: () => weightedClassMean(each(), ({ recall }) => recall),
        weightedF1: () => weightedClassMean(each(), ({ f1 }) => f1),
        microF1: accuracy,
        macroRocAuc: () => macroRocAuc(orders(), weights),
        calibrationError: () =>
          expectedCalibrationError(calibrationBins(rankOrdered(confidence(), weights))),
      };
    },
  };
}

/** Share of rows whose label is among the k most probable classes. */
function topAccuracy({ rankOfLabel }: ClassRanks, weights: Float64Array, k: number): number {
  let right = 0;
  let total = 0;
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row] as number;
    total += weight;
    if ((rankOfLabel[row] as number) < k) right += weight;
  }
  return right / total;
}
