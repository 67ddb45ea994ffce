import type { Candidate } from "../definition/model-definition.ts";
import { trainBoosting } from "./boosting/train-boosting.ts";
import { checkTrainable } from "./check-frames.ts";
import { trainLogistic } from "./logistic/train-logistic.ts";
import type { TrainedModel } from "./trained-model.ts";
import type { LabelledFrame } from "./training-frame.ts";

export interface TrainCandidateInput {
  readonly candidate: Candidate;
  /** Whole number >= 0. Equal seeds and frames give equal models, byte for byte. */
  readonly seed: number;
  readonly train: LabelledFrame;
  /** Rows for early stopping; may be empty. Has the columns of `train`. */
  readonly validation: LabelledFrame;
}

/**
 * Trains one candidate by its family.
 *
 * @throws {InvalidInputError} if the target has one class only in `train`, there is no column, a
 *   column is named as an output, or the columns of the two frames differ.
 */
export function trainCandidate(input: TrainCandidateInput): TrainedModel {
  const { candidate, seed, train, validation } = input;
  checkTrainable(train, validation);
  switch (candidate.family) {
    case "gradient-boosting":
      return trainBoosting(candidate.parameters, seed, train, validation);
    case "logistic-regression":
      return trainLogistic(candidate.parameters, train, validation);
  }
}
