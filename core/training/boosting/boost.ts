import { seededRandom } from "../random.ts";
import { byteLabels, type LabelledFrame } from "../training-frame.ts";
import type { BoostingParameters } from "./boosting-parameters.ts";
import type { FeatureBins } from "./feature-bins.ts";
import { type Grower, type GrownTree, growTree } from "./grow-tree.ts";
import { histogramShape } from "./histogram.ts";
import { histogramPool, mostHistograms } from "./histogram-pool.ts";
import type { BoostingKernels, BoostingRows, KernelsInput } from "./kernels/boosting-rows.ts";
import { fastestRows } from "./kernels/fastest-rows.ts";
import { sampler } from "./sampler.ts";
import { maskOf, type Split, type Tree } from "./tree.ts";

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

/**
 * Adds trees until there are enough, none can be grown, or the validation loss stays up.
 *
 * @param makeKernels all kernels give the same trees, bit by bit
 */
export function boost(
  parameters: BoostingParameters,
  seed: number,
  train: LabelledFrame,
  validation: LabelledFrame,
  bins: readonly FeatureBins[],
  makeKernels: (input: KernelsInput) => BoostingKernels = fastestRows,
): Boosted {
  const baseScore = logOdds(byteLabels(train.labels));
  const shape = histogramShape(bins);
  const histograms = mostHistograms(shape.length, parameters.leaves);
  const kernels = makeKernels({ train, validation, bins, shape, baseScore, histograms });
  const { train: fitted, held } = kernels;
  const grower: Grower = {
    rows: fitted,
    bins,
    shape,
    pool: histogramPool(shape.length, kernels.allocate),
    parameters: {
      ...parameters,
      minLeafWeight: Math.max(parameters.minLeafWeight, LEAST_LEAF_WEIGHT),
    },
  };
  const draw = sampler(parameters, seededRandom(seed), fitted.order, bins.length);
  const samples = parameters.rowShare < 1 || parameters.columnShare < 1;
  const stop = earlyStop(held.count > 0 ? parameters.earlyStoppingRounds : 0);
  const trees: Tree[] = [];
  const trainLosses: number[] = [];
  const heldLosses: number[] = [];

  while (heldLosses.length < parameters.trees && !stop.isDue(trees.length)) {
    trainLosses.push(fitted.fillSlopes());
    const { rowCount, features } = draw();
    const grown = growTree(grower, rowCount, features);
    if (!grown && !samples) break;
    if (grown) {
      trees.push(grown.tree);
      if (rowCount === fitted.count) addGrown(grown, fitted);
      else addTree(grown.tree, fitted);
      addTree(grown.tree, held);
    }
    heldLosses.push(held.fillSlopes());
    stop.see(trees.length, heldLosses.at(-1) as number);
  }
  trainLosses.push(fitted.fillSlopes());
  return {
    trees: trees.slice(0, stop.bestRound() ?? trees.length),
    baseScore,
    curve: learningCurve(trainLosses, heldLosses),
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

/** Of rows that the tree was grown on it is known already where they ended. */
function addGrown({ tree, leafBegins, leafEnds }: GrownTree, rows: BoostingRows): void {
  tree.leafValues.forEach((value, leaf) => {
    rows.addToScores(leafBegins[leaf] as number, leafEnds[leaf] as number, value);
  });
}

/** Adds the tree's value for each row to its score, by ordering the rows as growing does. */
function addTree(tree: Tree, rows: BoostingRows): void {
  rows.enumerate();
  const add = (child: number, begin: number, end: number): void => {
    if (begin === end) return;
    if (child < 0) {
      rows.addToScores(begin, end, tree.leafValues[~child] as number);
      return;
    }
    const { feature } = tree.splits[child] as Split;
    const middle = rows.partition(begin, end, feature, maskOf(tree, child));
    add(tree.left[child] as number, begin, middle);
    add(tree.right[child] as number, middle, end);
  };
  add(0, 0, rows.count);
}

/** @param trainLosses before each round and after the last one */
function learningCurve(trainLosses: readonly number[], heldLosses: readonly number[]): Round[] {
  return heldLosses.map((loss, i) => ({
    round: i + 1,
    train: trainLosses[i + 1] as number,
    validation: Number.isFinite(loss) ? loss : null,
  }));
}
