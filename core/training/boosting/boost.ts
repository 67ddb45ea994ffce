import { fillSlopes, meanLogLoss } from "../log-loss.ts";
import { seededRandom } from "../random.ts";
import type { LabelledFrame } from "../training-frame.ts";
import { type BinnedRows, binRows } from "./binned-rows.ts";
import type { BoostingParameters } from "./boosting-parameters.ts";
import type { FeatureBins } from "./feature-bins.ts";
import { type Grower, type GrownTree, growTree } from "./grow-tree.ts";
import { histogramShape } from "./histogram.ts";
import { histogramPool } from "./histogram-pool.ts";
import { sampler } from "./sampler.ts";
import { addTree, type Tree } from "./tree.ts";

/** Sums of hessians below it are rounding errors of the subtraction of histograms. */
const LEAST_LEAF_WEIGHT = 1e-9;

export interface Round {
  readonly round: number;
  /** Mean log-loss after the round. */
  readonly train: number;
  /** null where the validation split has no rows. */
  readonly validation: number | null;
}

export interface Boosted {
  readonly trees: readonly Tree[];
  /** Log-odds before any tree. */
  readonly baseScore: number;
  /** Every round, those after the best one too. */
  readonly curve: readonly Round[];
}

/** Rows with their scores so far. */
interface ScoredRows {
  readonly binned: BinnedRows;
  readonly labels: Uint8Array;
  readonly scores: Float64Array;
}

/** Adds trees until there are enough, none can be grown, or the validation loss stays up. */
export function boost(
  parameters: BoostingParameters,
  seed: number,
  train: LabelledFrame,
  validation: LabelledFrame,
  bins: readonly FeatureBins[],
): Boosted {
  const baseScore = logOdds(train.labels);
  const fitted = scoredRows(train, bins, baseScore);
  const held = scoredRows(validation, bins, baseScore);
  const grower = makeGrower(parameters, fitted.binned, bins);
  const draw = sampler(parameters, seededRandom(seed), train.rows, bins.length);
  const samples = parameters.rowShare < 1 || parameters.columnShare < 1;
  const stop = earlyStop(held.labels.length > 0 ? parameters.earlyStoppingRounds : 0);
  const slopes = new Float32Array(train.rows * 2);
  const trees: Tree[] = [];
  const trainLosses: number[] = [];
  const heldLosses: number[] = [];

  while (heldLosses.length < parameters.trees && !stop.isDue(trees.length)) {
    trainLosses.push(fillSlopes(fitted.scores, fitted.labels, slopes));
    const { rows, features } = draw();
    const grown = growTree(grower, rows, slopes, features);
    if (!grown && !samples) break;
    if (grown) {
      trees.push(grown.tree);
      addGrown(grown, rows, fitted);
      addTree(grown.tree, held.binned, held.scores);
    }
    heldLosses.push(meanLogLoss(held.scores, held.labels));
    stop.see(trees.length, heldLosses.at(-1) as number);
  }
  trainLosses.push(meanLogLoss(fitted.scores, fitted.labels));
  return {
    trees: trees.slice(0, stop.bestRound() ?? trees.length),
    baseScore,
    curve: learningCurve(trainLosses, heldLosses),
  };
}

function scoredRows(frame: LabelledFrame, bins: readonly FeatureBins[], score: number): ScoredRows {
  return {
    binned: binRows(frame, bins),
    labels: frame.labels,
    scores: new Float64Array(frame.rows).fill(score),
  };
}

function makeGrower(
  parameters: BoostingParameters,
  binned: BinnedRows,
  bins: readonly FeatureBins[],
): Grower {
  const shape = histogramShape(bins);
  const minLeafWeight = Math.max(parameters.minLeafWeight, LEAST_LEAF_WEIGHT);
  return {
    binned,
    bins,
    shape,
    pool: histogramPool(shape.length),
    scratch: new Uint32Array(binned.rows),
    parameters: { ...parameters, minLeafWeight },
  };
}

/** @param patience trees without a better loss after which to stop; 0 never stops */
function earlyStop(patience: number) {
  let bestLoss = Number.POSITIVE_INFINITY;
  let best = 0;
  return {
    see(trees: number, loss: number) {
      if (loss >= bestLoss || trees === 0) return;
      bestLoss = loss;
      best = trees;
    },
    isDue: (trees: number) => patience > 0 && trees - best >= patience,
    bestRound: () => (patience > 0 ? best : undefined),
  };
}

function logOdds(labels: Uint8Array): number {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return Math.log(positives / (labels.length - positives));
}

/** As `addTree`; of rows that the tree was grown on it is known already where they ended. */
function addGrown({ tree, leafBegins, leafEnds }: GrownTree, rows: Uint32Array, to: ScoredRows) {
  const { binned, scores } = to;
  if (rows.length < scores.length) {
    addTree(tree, binned, scores);
    return;
  }
  tree.leafValues.forEach((value, leaf) => {
    const end = leafEnds[leaf] as number;
    for (let i = leafBegins[leaf] as number; i < end; i++) {
      const row = rows[i] as number;
      scores[row] = (scores[row] as number) + value;
    }
  });
}

/** @param trainLosses before each round and after the last one */
function learningCurve(trainLosses: readonly number[], heldLosses: readonly number[]): Round[] {
  return heldLosses.map((loss, i) => ({
    round: i + 1,
    train: trainLosses[i + 1] as number,
    validation: Number.isFinite(loss) ? loss : null,
  }));
}
