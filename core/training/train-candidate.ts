import type { Candidate } from "../definition/model-definition.ts";
import type { Task } from "../definition/task.ts";
import type { TransformStep } from "../definition/transform-schema.ts";
import { trainTransformed } from "../transforms/transformed-model.ts";
import { trainBoosting } from "./boosting/train-boosting.ts";
import { checkTrainable } from "./check-frames.ts";
import { type ClassWeights, effectiveWeights } from "./class-weights.ts";
import { trainLinear } from "./linear/train-linear.ts";
import { trainNetwork } from "./network/train-network.ts";
import { trainScorecard } from "./scorecard/train-scorecard.ts";
import type { TrainedModel } from "./trained-model.ts";
import type { LabelledFrame } from "./training-frame.ts";
import type { TrainingTools } from "./training-tools.ts";

export interface TrainCandidateInput {
  readonly candidate: Candidate;
  readonly task: Task;
  /** Whole number >= 0. Equal seeds and frames give equal models, byte for byte. */
  readonly seed: number;
  readonly train: LabelledFrame;
  /** Rows for early stopping; may be empty. Has the columns of `train`. */
  readonly validation: LabelledFrame;
  /** How much each class counts, in training and in stopping. @default each row by its own weight */
  readonly classWeights?: ClassWeights | undefined;
  /** What is done to the columns first, in the order of the steps. Those of one's own have their code. */
  readonly transforms?: readonly TransformStep[] | undefined;
  readonly tools: TrainingTools;
  /** `state()` of a model to go on from, for families that have it. */
  readonly earlier?: Uint8Array;
}

/** Trains one candidate by its family. */
export type TrainCandidate = (input: TrainCandidateInput) => Promise<TrainedModel>;

/**
 * Trains one candidate by its family.
 *
 * @throws {InvalidInputError} if there is nothing to learn (one class only in `train`), there is no
 *   column, a column is named as an output, or the columns of the two frames differ.
 */
export const trainCandidate: TrainCandidate = async (input) => {
  const { task, seed } = input;
  checkTrainable(task, input.train, input.validation);
  const train = weighed(input, input.train);
  const validation = weighed(input, input.validation);
  const steps = input.transforms ?? [];
  if (steps.length === 0) return trainFamily(input, train, validation);
  return trainTransformed({ steps, train, validation, task, seed }, (...frames) =>
    trainFamily(input, ...frames),
  );
};

async function trainFamily(
  { candidate, task, seed, tools, earlier }: TrainCandidateInput,
  train: LabelledFrame,
  validation: LabelledFrame,
): Promise<TrainedModel> {
  switch (candidate.family) {
    case "gradient-boosting":
      return trainBoosting(candidate.parameters, task, seed, train, validation, {
        makeKernels: tools.kernels,
        earlier,
      });
    case "logistic-regression":
    case "linear-regression":
      return trainLinear(candidate.parameters, task, seed, train, validation);
    case "scorecard":
      return trainScorecard(candidate.parameters, train, validation);
    case "neural-network": {
      const { openGraph } = tools;
      if (openGraph === undefined) throw new Error("a neural network needs openGraph of the tools");
      return trainNetwork(candidate.parameters, task, seed, train, validation, openGraph);
    }
  }
}

function weighed(
  { task, classWeights }: Pick<TrainCandidateInput, "task" | "classWeights">,
  frame: LabelledFrame,
): LabelledFrame {
  const weights = effectiveWeights(task, frame, classWeights);
  return weights === undefined ? frame : { ...frame, weights };
}
