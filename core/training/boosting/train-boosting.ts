import type { Task } from "../../definition/task.ts";
import { InvalidInputError } from "../../errors.ts";
import { treeContributions } from "../../explain/tree-contributions.ts";
import { checkColumns } from "../check-frames.ts";
import type { TrainedModel } from "../trained-model.ts";
import type { LabelledFrame } from "../training-frame.ts";
import { addBoosting } from "./add-boosting.ts";
import type { Boosted } from "./boost.ts";
import { boostTargets } from "./boost-targets.ts";
import type { BoostingParameters } from "./boosting-parameters.ts";
import { decodeState, encodeState } from "./boosting-state.ts";
import { type Ensemble, ensembleScores } from "./ensemble.ts";
import { findBins } from "./feature-bins.ts";
import { featureImportances } from "./importances.ts";
import type { BoostingKernels, KernelsInput } from "./kernels/boosting-rows.ts";
import { fastestRows } from "./kernels/fastest-rows.ts";
import { makeObjective } from "./objectives/make-objective.ts";
import { withoutWeightless } from "./without-weightless.ts";

export interface BoostingOptions {
  /** All kernels give the same trees, bit by bit. */
  readonly makeKernels?: ((input: KernelsInput) => BoostingKernels) | undefined;
  /** `state()` of a model of the same columns and objective: its trees and bins are kept. */
  readonly earlier?: Uint8Array | undefined;
  /** A model of more leaves has no explainer: its text would not fit into memory. @default 1,000,000, of 140 MB */
  readonly mostExplained?: number;
}

/**
 * Gradient boosting of trees over histograms (Friedman 2001; leaf-wise growth, category splits, GOSS and
 * renewed leaves as in LightGBM, Ke et al. 2017). Each quantile of the task has trees of its own.
 *
 * Missing numbers go where the gain is higher; missing, unknown and "" strings belong to no set. With
 * early stopping and rows to validate on, trees after the best round are dropped. Rows of weight 0 are as
 * if they were not there.
 *
 * Takes about 30 bytes a row, and one byte a row and feature; 32 bytes a row more with weights or any
 * other objective than log-loss.
 *
 * @throws {InvalidInputError} if a parameter does not fit the task or the columns, a label the objective,
 *   or the earlier model either
 */
export function trainBoosting(
  parameters: BoostingParameters,
  task: Task,
  seed: number,
  train: LabelledFrame,
  validation: LabelledFrame,
  { makeKernels = fastestRows, earlier, mostExplained = 1_000_000 }: BoostingOptions = {},
): TrainedModel {
  const objective = makeObjective(parameters, task);
  const quantiles = task.type === "regression" ? task.quantiles : [];
  const rows = withoutWeightless(train);
  const before = earlier && decodeState(earlier);
  if (before) checkEarlier(before, rows, objective.name, quantiles.length, objective.targets);
  const bins = before?.bins ?? rows.columns.map((column) => findBins(column, parameters.bins));
  const boosted = boostTargets({
    ...{ parameters, seed, objective, quantiles, bins, validation, makeKernels },
    train: rows,
    earlier: before?.targets,
  });
  const { name, link } = objective;
  const ensemble: Ensemble = {
    ...{ objective: name, link, bins, quantiles: quantiles.length },
    targets: boosted.flatMap(({ targets }) => targets),
  };
  return {
    scores(frame) {
      checkColumns(frame, bins);
      return ensembleScores(ensemble, frame);
    },
    addTo: (graph, inputs) => addBoosting(graph, inputs, ensemble),
    summary: summaryOf(ensemble, boosted, quantiles),
    state: () => encodeState(ensemble),
    contributions(frame) {
      checkColumns(frame, bins);
      return treeContributions(ensemble, frame);
    },
    ...(leavesOf(ensemble) <= mostExplained && { explainer: () => encodeState(ensemble) }),
  };
}

const leavesOf = ({ targets }: Ensemble) =>
  targets.reduce(
    (sum, { trees }) => trees.reduce((own, { leafValues }) => own + leafValues.length, sum),
    0,
  );

function checkEarlier(
  { bins, objective, quantiles, targets }: Ensemble,
  train: LabelledFrame,
  wanted: string,
  wantedQuantiles: number,
  wantedTargets: number,
): void {
  checkColumns(train, bins);
  const same =
    objective === wanted &&
    quantiles === wantedQuantiles &&
    targets.length === wantedTargets + wantedQuantiles;
  if (same) return;
  throw new InvalidInputError(
    `the earlier model has objective ${objective} with ${targets.length} scores, of which ${quantiles} are quantiles; wanted is ${wanted} with ${wantedTargets + wantedQuantiles} and ${wantedQuantiles}`,
  );
}

function summaryOf(
  { bins, objective, targets }: Ensemble,
  [main, ...others]: readonly Boosted[],
  quantiles: readonly number[],
): TrainedModel["summary"] {
  const { curve, bestRound } = main as Boosted;
  return {
    objective,
    rounds: curve.length,
    bestRound,
    baseScores: targets.map(({ baseScore }) => baseScore),
    learningCurve: curve,
    ...(others.length > 0 && {
      quantiles: others.map((one, i) => ({
        quantile: quantiles[i],
        rounds: one.curve.length,
        bestRound: one.bestRound,
        learningCurve: one.curve,
      })),
    }),
    importances: featureImportances(
      targets.flatMap(({ trees }) => trees),
      bins,
    ),
  };
}
