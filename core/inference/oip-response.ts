import { OIP_OUTPUTS } from "./oip-metadata.ts";
import type { InferRequest } from "./oip-request.ts";
import type { Predicted } from "./predictor.ts";
import type { Scores } from "./scorer.ts";

/**
 * The answer to an inference request: the outputs asked for, in that order, or all. What the
 * protocol has no member for (alias, the prediction's id) stands in `parameters`.
 */
export function inferResponse(request: InferRequest, { version, alias, id, scores }: Predicted) {
  const names = request.outputs?.map(({ name }) => name) ?? OIP_OUTPUTS.map(({ name }) => name);
  return {
    model_name: version.model,
    model_version: String(version.version),
    ...(typeof request.id === "string" ? { id: request.id } : {}),
    parameters: { alias, prediction_id: id },
    outputs: names.map((name) => outputTensor(name, scores)),
  };
}

function outputTensor(name: string, { labels, scores }: Scores) {
  if (name === "label") {
    return { name, datatype: "INT64", shape: [labels.length], data: Array.from(labels) };
  }
  const data: number[] = [];
  for (const score of scores) data.push(Math.fround(1 - score), score);
  return { name, datatype: "FP32", shape: [scores.length, 2], data };
}
