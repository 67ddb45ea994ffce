import type { LabelledFrame } from "../training-frame.ts";
import { type Boosted, boost } from "./boost.ts";
import type { BoostingParameters } from "./boosting-parameters.ts";
import { interactionsOf, monotoneOf } from "./check-boosting.ts";
import type { FeatureBins } from "./feature-bins.ts";
import type { Grower } from "./grow-tree.ts";
import { histogramShape } from "./histogram.ts";
import { histogramPool, mostHistograms } from "./histogram-pool.ts";
import type { BoostingKernels, KernelsInput } from "./kernels/boosting-rows.ts";
import type { Objective } from "./objectives/objective.ts";
import { quantile } from "./objectives/regression-losses.ts";
import type { TargetTrees } from "./tree.ts";

/** Sums of hessians below it are rounding errors of the subtraction of histograms. */
const LEAST_LEAF_WEIGHT = 1e-9;

export interface BoostTargetsInput {
  readonly parameters: BoostingParameters;
  readonly seed: number;
  readonly objective: Objective;
  /** Quantiles to grow trees for besides, each by itself. */
  readonly quantiles: readonly number[];
  readonly train: LabelledFrame;
  readonly validation: LabelledFrame;
  readonly bins: readonly FeatureBins[];
  readonly makeKernels: (input: KernelsInput) => BoostingKernels;
  /** One a score column. */
  readonly earlier: readonly TargetTrees[] | undefined;
}

/** Trees of the objective and, after it, of each quantile, all on the same kernels. */
export function boostTargets(input: BoostTargetsInput): readonly Boosted[] {
  const { parameters, objective, train, validation, bins, earlier } = input;
  const monotone = monotoneOf(parameters, bins, objective);
  const interactions = interactionsOf(parameters, bins);
  const isFused =
    objective.name === "logLoss" &&
    !train.weights &&
    !validation.weights &&
    parameters.sampling === "uniform";
  const shape = histogramShape(bins);
  const kernels = input.makeKernels({
    ...{ train, validation, bins, shape },
    targets: objective.targets + input.quantiles.length,
    slopes: isFused ? "log-loss" : "given",
    histograms: mostHistograms(shape.length, parameters.leaves),
  });
  const grower: Grower = {
    ...{ bins, shape },
    rows: kernels.train,
    pool: histogramPool(shape.length, kernels.allocate),
    subtract: kernels.subtract,
    parameters: {
      ...parameters,
      minLeafWeight: Math.max(parameters.minLeafWeight, LEAST_LEAF_WEIGHT),
      monotone,
    },
  };
  const shared = { ...input, kernels, grower, isFused, interactions };
  const ofQuantiles = input.quantiles.map((share, i) => ({
    objective: quantile(share),
    first: objective.targets + i,
  }));
  try {
    return [{ objective, first: 0 }, ...ofQuantiles].map((one) =>
      boost({
        ...shared,
        ...one,
        earlier: earlier?.slice(one.first, one.first + one.objective.targets),
      }),
    );
  } finally {
    kernels.end();
  }
}
