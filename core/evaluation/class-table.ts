import type { MulticlassConfusion } from "../run/evaluation-results.ts";
import { calibrationBins, expectedCalibrationError } from "./calibration.ts";
import { countClasses, eachClass } from "./class-confusion.ts";
import { rankClasses } from "./class-ranks.ts";
import type { MeasuredRows } from "./measured-rows.ts";
import { classOrders } from "./one-versus-rest.ts";
import { rocAuc } from "./roc-auc.ts";
import { rowWeights } from "./row-weights.ts";
import { rankOrdered } from "./score-ranking.ts";

/**
 * The confusion matrix of a model of many classes, and how each class did against all others.
 *
 * @param rows as `multiclassMeasurer` has checked them
 * @param classes names of the classes, in the order of their indexes
 */
export function classTable(rows: MeasuredRows, classes: readonly string[]): MulticlassConfusion {
  const { labels, predictions } = rows;
  const width = classes.length;
  const weights = rowWeights(rows.weights, labels.length);
  const { predicted } = rankClasses(labels, predictions, width);
  const counts = countClasses(labels, predicted, weights, width);
  const orders = classOrders(rows, width);
  return {
    matrix: classes.map((_, own) => [...counts.cells.subarray(own * width, (own + 1) * width)]),
    classes: eachClass(counts).map((one, own) => {
      const ranking = rankOrdered(orders[own] as (typeof orders)[number], weights);
      return {
        class: classes[own] as string,
        ...one,
        rocAuc: rocAuc(ranking) ?? null,
        calibrationError: expectedCalibrationError(calibrationBins(ranking)),
      };
    }),
  };
}
