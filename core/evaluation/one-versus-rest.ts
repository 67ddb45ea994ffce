import type { MeasuredRows } from "./measured-rows.ts";
import { rocAuc } from "./roc-auc.ts";
import { orderScores, rankOrdered, type ScoreOrder } from "./score-ranking.ts";

/** Rows by falling probability of each class, labelled 1 where they are of it. Sorts once a class. */
export function classOrders(
  { labels, predictions }: MeasuredRows,
  classes: number,
): readonly ScoreOrder[] {
  return Array.from({ length: classes }, (_, own) => {
    const isOwn = Uint8Array.from(labels, (label) => (label === own ? 1 : 0));
    const scores = new Float64Array(labels.length);
    for (let row = 0; row < labels.length; row++) {
      scores[row] = predictions[row * classes + own] as number;
    }
    return orderScores({ labels: isOwn, scores });
  });
}

/**
 * Mean over classes of the area under the ROC curve of one class against the rest.
 *
 * @returns 0..1, over the classes that have rows and others; `undefined` where no class does.
 */
export function macroRocAuc(
  orders: readonly ScoreOrder[],
  weights: Float64Array,
): number | undefined {
  const areas = orders
    .map((order) => rocAuc(rankOrdered(order, weights)))
    .filter((area) => area !== undefined);
  return areas.length === 0 ? undefined : areas.reduce((sum, area) => sum + area, 0) / areas.length;
}
