import { seededRandom } from "../random.ts";
import type { LabelledFrame } from "../training-frame.ts";
import type { BoostingParameters } from "./boosting-parameters.ts";
import { earlyStop } from "./early-stop.ts";
import { type Grower, type GrownTree, growTree } from "./grow-tree.ts";
import type { BoostingKernels, BoostingRows } from "./kernels/boosting-rows.ts";
import type { Objective } from "./objectives/objective.ts";
import { renewLeaves } from "./renew-leaves.ts";
import type { RowSample } from "./row-sample.ts";
import { sampler } from "./sampler.ts";
import { fusedSource, givenSource } from "./slope-source.ts";
import type { TargetTrees, Tree } from "./tree.ts";

export interface Round {
  readonly round: number;
  /** Mean loss after the round. */
  readonly train: number;
  /** null where the validation split has no rows. */
  readonly validation: number | null;
}

export interface Boosted {
  /** One of each target of the objective. */
  readonly targets: readonly TargetTrees[];
  /** Rounds that were kept, earlier ones not counted. */
  readonly bestRound: number;
  /** Every round, those after the best one too. */
  readonly curve: readonly Round[];
}

export interface BoostInput {
  readonly parameters: BoostingParameters;
  readonly seed: number;
  readonly objective: Objective;
  readonly train: LabelledFrame;
  readonly validation: LabelledFrame;
  readonly kernels: BoostingKernels;
  readonly isFused: boolean;
  readonly grower: Grower;
  /** Features that may meet on a way from the root; empty if all may. */
  readonly interactions: readonly (readonly number[])[];
  /** The score column of the objective's first target. */
  readonly first: number;
  /** Trees to go on from. */
  readonly earlier?: readonly TargetTrees[] | undefined;
}

/** Adds rounds of trees until there are enough, none can be grown, or the validation loss stays up. */
export function boost(input: BoostInput): Boosted {
  const { parameters, objective, train, validation, kernels, grower, first } = input;
  const { train: fitted, held } = kernels;
  const start = startOf(input);
  const source = input.isFused
    ? fusedSource(kernels)
    : givenSource(objective, kernels, train, validation, first);
  const sampling = sampler(
    parameters,
    seededRandom(input.seed),
    fitted.count,
    grower.bins.length,
    objective.targets,
    input.interactions,
  );
  const patience = held.count > 0 ? parameters.earlyStoppingRounds : 0;
  const stop = earlyStop(patience, input.earlier && source.heldLoss());
  const rounds: (readonly (Tree | undefined)[])[] = [];
  const trainLosses: number[] = [];
  const heldLosses: number[] = [];

  while (heldLosses.length < parameters.trees && !stop.isDue(rounds.length)) {
    trainLosses.push(source.trainLoss());
    const fill = source.slopes();
    const sample = sampling.drawRows(heldLosses.length, fill);
    const trees = start.map((_, target) => {
      source.hand(fill, target, sample.factors);
      const features = sampling.drawFeatures();
      placeRows(sample, fitted);
      const grown = growTree(grower, sample.count, sampling.choiceAmong(features));
      return grown && addToScores(input, renewed(input, grown, target), sample, first + target);
    });
    const isGrown = trees.some((tree) => tree !== undefined);
    if (!isGrown && !sampling.isRandom) break;
    if (isGrown) rounds.push(trees);
    heldLosses.push(source.heldLoss());
    stop.see(rounds.length, heldLosses.at(-1) as number);
  }
  trainLosses.push(source.trainLoss());
  const kept = rounds.slice(0, stop.bestRound() ?? rounds.length);
  return {
    targets: start.map(({ baseScore, trees }, target) => ({
      baseScore,
      trees: [...trees, ...kept.flatMap((round) => round[target] ?? [])],
    })),
    bestRound: kept.length,
    curve: learningCurve(trainLosses, heldLosses),
  };
}

/** Puts the scores of all rows to where the first round begins. */
function startOf({ objective, train, kernels, first, earlier }: BoostInput) {
  const base = earlier ? undefined : objective.baseScores(train);
  const start: readonly TargetTrees[] =
    earlier ?? Array.from(base as Float64Array, (baseScore) => ({ baseScore, trees: [] }));
  for (const rows of [kernels.train, kernels.held]) {
    start.forEach(({ baseScore, trees }, target) => {
      rows.scores[first + target]?.fill(baseScore, 0, rows.count);
      for (const tree of trees) rows.addTree(tree, first + target);
    });
  }
  return start;
}

function placeRows({ rows, count }: RowSample, fitted: BoostingRows): void {
  if (rows) fitted.order.set(rows.subarray(0, count));
  else fitted.enumerate();
}

function renewed(input: BoostInput, grown: GrownTree, target: number): GrownTree {
  const { objective, kernels, train, grower, first } = input;
  if (objective.leafQuantile === undefined) return grown;
  return renewLeaves(grown, {
    quantile: objective.leafQuantile,
    order: kernels.train.order,
    scores: kernels.train.scores[first + target] as Float64Array,
    rows: train,
    parameters: grower.parameters,
  });
}

function addToScores(
  { kernels }: BoostInput,
  grown: GrownTree,
  sample: RowSample,
  column: number,
): Tree {
  const { tree, leafBegins, leafEnds } = grown;
  // Of rows that the tree was grown on it is known already where they ended.
  if (sample.rows) kernels.train.addTree(tree, column);
  else kernels.train.addLeaves(leafBegins, leafEnds, tree.leafValues, column);
  kernels.held.addTree(tree, column);
  return tree;
}

/** @param trainLosses before each round and after the last one */
function learningCurve(trainLosses: readonly number[], heldLosses: readonly number[]): Round[] {
  return heldLosses.map((loss, i) => ({
    round: i + 1,
    train: trainLosses[i + 1] as number,
    validation: Number.isFinite(loss) ? loss : null,
  }));
}
