import {
  type BoostingObjective,
  boostingParameters,
} from "../../../../core/definition/parameters/boosting.ts";
import type { Task } from "../../../../core/definition/task.ts";
import type { BoostingParameters } from "../../../../core/training/boosting/boosting-parameters.ts";
import {
  type BoostingOptions,
  trainBoosting,
} from "../../../../core/training/boosting/train-boosting.ts";
import { checkTrainable } from "../../../../core/training/check-frames.ts";
import { modelGraph } from "../../../../core/training/model-graph.ts";
import { toPredictions } from "../../../../core/training/predictions.ts";
import type { Frame, LabelledFrame } from "../../../../core/training/training-frame.ts";

export interface Curve {
  readonly rounds: number;
  readonly bestRound: number;
  readonly learningCurve: readonly { train: number; validation: number | null }[];
}

export interface Summary extends Curve {
  readonly objective: string;
  readonly baseScores: readonly number[];
  readonly importances: readonly { feature: string; gain: number; splits: number }[];
  readonly quantiles?: readonly (Curve & { quantile: number })[];
}

interface Work extends BoostingOptions {
  readonly task?: Task;
  readonly train: LabelledFrame;
  readonly validation?: LabelledFrame;
  readonly seed?: number;
}

/** A model with every parameter that is not given at its documented default. */
export function boosted(parameters: Partial<BoostingParameters>, work: Work) {
  const { task = { type: "binary" }, train, validation = train, seed = 1, ...options } = work;
  checkTrainable(task, train, validation);
  const parsed = boostingParameters.parse(parameters);
  const model = trainBoosting(parsed, task, seed, train, validation, options);
  return {
    ...model,
    state: model.state as () => Uint8Array,
    summary: model.summary as unknown as Summary,
    predict: (frame: Frame) => toPredictions(task, model.scores(frame)),
    toOnnx: (threshold = 0.5) => modelGraph(model, train.columns, { task, threshold }),
  };
}

/** Parameters that let trees grow on a few rows. */
export const SMALL = { minLeafRows: 1, minLeafWeight: 0, categorySmoothing: 1 } as const;

/** The task of an objective, with the classes a, b and c. */
export function taskFor(objective: BoostingObjective): Task {
  switch (objective) {
    case "logLoss":
      return { type: "binary" };
    case "softmax":
      return { type: "multiclass", classes: ["a", "b", "c"] };
    case "lambdaRank":
      return { type: "ranking" };
    default:
      return { type: "regression", quantiles: [] };
  }
}
