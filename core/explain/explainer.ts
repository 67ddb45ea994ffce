import type { Frame, FrameColumn } from "../training/training-frame.ts";

/** What explains predictions of a stored version. */
export interface Explainer {
  readonly family: "gradient-boosting" | "linear" | "scorecard";
  /** Columns of the model, in the order of their contributions. */
  readonly inputs: readonly Pick<FrameColumn, "kind" | "name">[];
  /** Number of raw scores of a row. */
  readonly width: number;
  /** log: what is explained is the logarithm of the prediction (Poisson and Tweedie), quantiles excepted. */
  readonly link: "identity" | "log";
  /**
   * As `TrainedModel.contributions`: shape [rows * width * (inputs + 1)].
   *
   * @throws {InvalidInputError} if the frame's columns are not the inputs.
   */
  contributions(frame: Frame): Float64Array;
}
