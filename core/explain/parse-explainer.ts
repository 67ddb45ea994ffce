import { IntegrityError } from "../errors.ts";
import { storedJson } from "../stored-json.ts";
import { checkColumns } from "../training/check-frames.ts";
import type { Explainer } from "./explainer.ts";
import { readLinearExplainer } from "./linear-explainer.ts";
import { readScorecardExplainer } from "./scorecard-explainer.ts";
import { readTransformedExplainer, TRANSFORMED_FORMAT } from "./transformed-explainer.ts";
import { readTreeExplainer } from "./tree-explainer.ts";

type Readers = Readonly<Record<string, (bytes: Uint8Array) => Explainer>>;

const FAMILIES: Readers = {
  "boosting-1": readTreeExplainer,
  "linear-1": readLinearExplainer,
  "scorecard-1": readScorecardExplainer,
};
const READERS: Readers = {
  ...FAMILIES,
  [TRANSFORMED_FORMAT]: (bytes) => readTransformedExplainer(bytes, (own) => read(own, FAMILIES)),
};

/**
 * Reads `explainer.json` of a version: what `TrainedModel.explainer` gave. Its `format` says which family
 * it is of, or that there are transforms before a family.
 *
 * @throws {IntegrityError} if the bytes are none, or what they say does not fit together.
 */
export function parseExplainer(bytes: Uint8Array): Explainer {
  const explainer = read(bytes, READERS);
  return {
    ...explainer,
    contributions(frame) {
      checkColumns(frame, explainer.inputs);
      return explainer.contributions(frame);
    },
  };
}

function read(bytes: Uint8Array, readers: Readers): Explainer {
  const { format } = Object(storedJson(bytes, "explainer")) as { readonly format?: unknown };
  const own = typeof format === "string" && Object.hasOwn(readers, format) && readers[format];
  if (own) return own(bytes);
  throw new IntegrityError(
    `stored explainer has format ${JSON.stringify(format)}, known are ${Object.keys(readers).join(", ")}`,
  );
}
