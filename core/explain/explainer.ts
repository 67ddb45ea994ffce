import type { Frame, FrameColumn } from "../training/training-frame.ts";

/** What a scorecard's table says of a row: the label of the bin that it is in, and its points. */
export interface Attribute {
  readonly bin: string;
  readonly points: number;
  /** Against the input's best bin or its mean, as the scorecard's `reasonsAgainst` says. */
  readonly pointsLost: number;
}

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
  /** Of a scorecard on the columns as they come: for the first row, by input; without those it dropped. */
  readonly attributes?: (frame: Frame) => ReadonlyMap<string, Attribute>;
}
