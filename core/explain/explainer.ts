import { IntegrityError } from "../errors.ts";
import { storedJson } from "../stored-json.ts";
import { checkColumns } from "../training/check-frames.ts";
import type { Frame, FrameColumn } from "../training/training-frame.ts";
import { readLinearExplainer } from "./linear-explainer.ts";
import { readScorecardExplainer } from "./scorecard-explainer.ts";
import { readTreeExplainer } from "./tree-explainer.ts";

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

const READERS: Readonly<Record<string, (bytes: Uint8Array) => Explainer>> = {
  "boosting-1": readTreeExplainer,
  "linear-1": readLinearExplainer,
  "scorecard-1": readScorecardExplainer,
};

/**
 * Reads `explainer.json` of a version: what `TrainedModel.explainer` gave. Its `format` says which family
 * it is of.
 *
 * @throws {IntegrityError} if the bytes are none, or what they say does not fit together.
 */
export function parseExplainer(bytes: Uint8Array): Explainer {
  const { format } = Object(storedJson(bytes, "explainer")) as { readonly format?: unknown };
  const read = typeof format === "string" && Object.hasOwn(READERS, format) && READERS[format];
  if (!read) {
    throw new IntegrityError(
      `stored explainer has format ${JSON.stringify(format)}, known are ${Object.keys(READERS).join(", ")}`,
    );
  }
  const explainer = read(bytes);
  return {
    ...explainer,
    contributions(frame) {
      checkColumns(frame, explainer.inputs);
      return explainer.contributions(frame);
    },
  };
}
