import { checkColumns } from "../check-frames.ts";
import type { TrainedModel } from "../trained-model.ts";
import type { LabelledFrame } from "../training-frame.ts";
import { addBoosting } from "./add-boosting.ts";
import { binRows } from "./binned-rows.ts";
import { boost } from "./boost.ts";
import type { BoostingParameters } from "./boosting-parameters.ts";
import { findBins } from "./feature-bins.ts";
import { featureImportances } from "./importances.ts";
import { addTree } from "./tree.ts";

/**
 * Gradient boosting of trees over histograms for binary log-loss (Friedman 2001; leaf-wise growth and
 * category splits as in LightGBM, Ke et al. 2017).
 *
 * Missing numbers go where the gain is higher; missing, unknown and "" strings belong to no set. With
 * early stopping and rows to validate on, trees after the best round are dropped.
 *
 * Takes about 30 bytes a row, and one byte a row and feature.
 */
export function trainBoosting(
  parameters: BoostingParameters,
  seed: number,
  train: LabelledFrame,
  validation: LabelledFrame,
): TrainedModel {
  const bins = train.columns.map((column) => findBins(column, parameters.bins));
  const { trees, baseScore, curve } = boost(parameters, seed, train, validation, bins);

  return {
    scores(frame) {
      checkColumns(frame, bins);
      const scores = new Float64Array(frame.rows).fill(baseScore);
      const binned = binRows(frame, bins);
      for (const tree of trees) addTree(tree, binned, scores);
      return scores;
    },
    addTo: (graph, inputs) => addBoosting(graph, inputs, { bins, trees, baseScore }),
    summary: {
      rounds: curve.length,
      bestRound: trees.length,
      baseScore,
      learningCurve: curve,
      importances: featureImportances(trees, bins),
    },
  };
}
