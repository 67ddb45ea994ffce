import type { Candidate } from "../../definition/model-definition.ts";
import { checkColumns } from "../check-frames.ts";
import { fillSlopes, meanLogLoss, sigmoid } from "../log-loss.ts";
import { drawAscending, type Random, seededRandom } from "../random.ts";
import type { TrainedModel } from "../trained-model.ts";
import type { LabelledFrame } from "../training-frame.ts";
import { binRows } from "./binned-rows.ts";
import { boostingGraph } from "./boosting-graph.ts";
import { findBins } from "./feature-bins.ts";
import { type Grower, type GrownTree, growTree } from "./grow-tree.ts";
import { histogramShape } from "./histogram.ts";
import { histogramPool } from "./histogram-pool.ts";
import { featureImportances } from "./importances.ts";
import { addTree, type Tree } from "./tree.ts";

export type BoostingParameters = Extract<Candidate, { family: "gradient-boosting" }>["parameters"];

/** Sums of hessians below it are rounding errors of the subtraction of histograms. */
const LEAST_LEAF_WEIGHT = 1e-9;

/**
 * Gradient boosting of trees over histograms for binary log-loss (Friedman 2001; leaf-wise growth and
 * category splits as in LightGBM, Ke et al. 2017).
 *
 * Missing numbers go where the gain is higher; missing, unknown and "" strings belong to no set. With
 * early stopping and rows to validate on, trees after the best round are dropped.
 *
 * Takes about 50 bytes a row and 4 bytes a row and four features.
 */
export function trainBoosting(
  parameters: BoostingParameters,
  seed: number,
  train: LabelledFrame,
  validation: LabelledFrame,
): TrainedModel {
  const bins = train.columns.map((column) => findBins(column, parameters.bins));
  const ensemble = boost(parameters, seed, train, validation, bins);
  const { trees, baseScore } = ensemble;

  return {
    predict(frame) {
      checkColumns(frame, bins);
      const scores = new Float64Array(frame.rows).fill(baseScore);
      const binned = binRows(frame, bins);
      for (const tree of trees) addTree(tree, binned, scores);
      return scores.map(sigmoid);
    },
    toOnnx: (threshold) => boostingGraph({ bins, trees, baseScore }, threshold),
    summary: {
      bestRound: trees.length,
      rounds: ensemble.curve.length,
      baseScore,
      learningCurve: ensemble.curve,
      importances: featureImportances(trees, bins),
    },
  };
}

interface Round {
  readonly round: number;
  /** Mean log-loss; null where a split has no rows. */
  readonly train: number | null;
  readonly validation: number | null;
}

function boost(
  parameters: BoostingParameters,
  seed: number,
  train: LabelledFrame,
  validation: LabelledFrame,
  bins: ReturnType<typeof findBins>[],
) {
  const shape = histogramShape(bins);
  const binned = binRows(train, bins);
  const binnedValidation = binRows(validation, bins);
  const grower: Grower = {
    binned,
    bins,
    shape,
    pool: histogramPool(shape.length),
    scratch: new Uint32Array(train.rows),
    parameters: {
      ...parameters,
      minLeafWeight: Math.max(parameters.minLeafWeight, LEAST_LEAF_WEIGHT),
    },
  };
  const draw = sampler(parameters, seededRandom(seed), train.rows, bins.length);
  const baseScore = logOdds(train.labels);
  const scores = new Float64Array(train.rows).fill(baseScore);
  const validationScores = new Float64Array(validation.rows).fill(baseScore);
  const slopes = new Float32Array(train.rows * 2);

  const trees: Tree[] = [];
  const curve: Round[] = [];
  let bestRound = 0;
  let bestLoss = Number.POSITIVE_INFINITY;
  const stopsEarly = parameters.earlyStoppingRounds > 0 && validation.rows > 0;
  for (let round = 1; round <= parameters.trees; round++) {
    fillSlopes(scores, train.labels, slopes);
    const { rows, features } = draw();
    const grown = growTree(grower, rows, slopes, features);
    if (grown) {
      trees.push(grown.tree);
      if (rows.length === train.rows) addLeaves(grown, rows, scores);
      else addTree(grown.tree, binned, scores);
      addTree(grown.tree, binnedValidation, validationScores);
    } else if (parameters.rowShare === 1 && parameters.columnShare === 1) break;
    const loss = meanLogLoss(validationScores, validation.labels);
    curve.push({ round, train: meanLogLoss(scores, train.labels), validation: finiteOrNull(loss) });
    if (grown && loss < bestLoss) {
      bestLoss = loss;
      bestRound = trees.length;
    }
    if (stopsEarly && trees.length - bestRound >= parameters.earlyStoppingRounds) break;
  }
  return { trees: stopsEarly ? trees.slice(0, bestRound) : trees, baseScore, curve };
}

function logOdds(labels: Uint8Array): number {
  let positives = 0;
  for (const label of labels) positives += label;
  return Math.log(positives / (labels.length - positives));
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** As `addTree`, for the very rows that the tree was grown on: it is known where they ended. */
function addLeaves(
  { tree, leafBegins, leafEnds }: GrownTree,
  rows: Uint32Array,
  scores: Float64Array,
) {
  tree.leafValues.forEach((value, leaf) => {
    const end = leafEnds[leaf] as number;
    for (let i = leafBegins[leaf] as number; i < end; i++) {
      const row = rows[i] as number;
      scores[row] = (scores[row] as number) + value;
    }
  });
}

/** Draws rows and features for each tree, both ascending; at least one of each. */
function sampler(
  { rowShare, columnShare }: BoostingParameters,
  random: Random,
  rowCount: number,
  featureCount: number,
) {
  const rows = new Uint32Array(Math.max(1, Math.round(rowShare * rowCount)));
  const features = new Uint32Array(Math.max(1, Math.round(columnShare * featureCount)));
  return () => {
    drawAscending(random, rowCount, rows.length, rows);
    drawAscending(random, featureCount, features.length, features);
    return { rows, features: [...features] };
  };
}
