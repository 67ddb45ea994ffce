import { fallenBack } from "./enrich-rows.ts";
import { oipOutputs, type TensorMetadata } from "./oip-metadata.ts";
import type { InferRequest } from "./oip-request.ts";
import type { Predicted } from "./predictor.ts";
import type { Scores } from "./scorer.ts";

/**
 * The answer to an inference request: the outputs asked for, in that order, or all. What the
 * protocol has no member for (alias, the prediction's id, features that fell back) stands in `parameters`.
 */
export function inferResponse(request: InferRequest, predicted: Predicted) {
  const { version, alias, id, scores, fallbacks } = predicted;
  const known = oipOutputs(version.definition);
  const wanted = request.outputs?.map(({ name }) => name) ?? known.map(({ name }) => name);
  return {
    model_name: version.model,
    model_version: String(version.version),
    ...(typeof request.id === "string" ? { id: request.id } : {}),
    parameters: {
      alias,
      prediction_id: id,
      // A parameter is no list: names, with "," between.
      ...(fallbacks.length > 0 && { fallbacks: fallenBack(fallbacks).join(",") }),
    },
    outputs: wanted.flatMap((wantedName) =>
      known
        .filter(({ name }) => name === wantedName)
        .map((output) => ({
          name: output.name,
          datatype: output.datatype,
          shape: output.shape.map((size) => (size === -1 ? scores.scores.length : size)),
          data: outputData(output, scores),
        })),
    ),
  };
}

function outputData(
  { name, shape }: TensorMetadata,
  { labels = [], scores, predictions }: Scores,
): readonly (number | string)[] {
  if (name === "label") return Array.from<number | string>(labels);
  if (name === "probabilities" && predictions === scores) {
    return Array.from(scores).flatMap((score) => [Math.fround(1 - score), score]);
  }
  if (name === "probabilities") return Array.from(predictions);
  if (name === "quantiles") return quantilesOf(predictions, shape[1] as number);
  return Array.from(scores);
}

/** All but the first of every row. */
function quantilesOf(predictions: Float32Array, count: number): readonly number[] {
  return Array.from(predictions).filter((_, i) => i % (count + 1) > 0);
}
