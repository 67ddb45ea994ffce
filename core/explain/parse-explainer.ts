import { IntegrityError } from "../errors.ts";
import { storedJson } from "../stored-json.ts";
import { checkColumns } from "../training/check-frames.ts";
import type { Explainer } from "./explainer.ts";
import { readLinearExplainer } from "./linear-explainer.ts";
import { readScorecardExplainer } from "./scorecard-explainer.ts";
import { readTreeExplainer } from "./tree-explainer.ts";

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
