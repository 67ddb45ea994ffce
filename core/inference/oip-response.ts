import type { z } from "zod";
import { fallenBack } from "./enrich-rows.ts";
import { binaryOutput } from "./oip-binary.ts";
import { EXPLANATION_OUTPUTS, explanationNote, explanationTensors } from "./oip-explanations.ts";
import { oipOutputs, type TensorMetadata } from "./oip-metadata.ts";
import type { InferRequest } from "./oip-request.ts";
import type { inferResponseSchema } from "./oip-schemas.ts";
import type { Predicted } from "./predictor.ts";
import type { Scores } from "./scorer.ts";

/** An answer to an inference request, and the bytes of its outputs that were asked for as such. */
export interface InferAnswer {
  readonly json: z.output<typeof inferResponseSchema>;
  /** In the order of the outputs; empty where all is JSON. */
  readonly binary: readonly Uint8Array[];
}

/**
 * The answer to an inference request: the outputs asked for, in that order, or all; explanations behind them. What the
 * protocol has no member for (alias, the prediction's id, features that fell back) stands in `parameters`.
 */
export function inferResponse(request: InferRequest, predicted: Predicted): InferAnswer {
  const { version, scores, explanations } = predicted;
  const own = oipOutputs(version.definition).map(
    (output): Described => ({
      name: output.name,
      datatype: output.datatype,
      shape: output.shape.map((size) => (size === -1 ? scores.scores.length : size)),
      data: outputData(output, scores),
    }),
  );
  const known = explanations ? [...own, ...explanationTensors(explanations)] : own;
  const allBinary = request.parameters?.binary_data_output === true;
  const binary: Uint8Array[] = [];
  const outputs = wantedOutputs(request, known).map(({ output, parameters }) => {
    if (!(parameters?.binary_data ?? allBinary)) return output;
    const { data, ...described } = output;
    const bytes = binaryOutput(output.datatype, data);
    binary.push(bytes);
    return {
      ...described,
      parameters: { ...output.parameters, binary_data_size: bytes.byteLength },
    };
  });
  const json = {
    model_name: version.model,
    model_version: String(version.version),
    ...(typeof request.id === "string" ? { id: request.id } : {}),
    parameters: answerParameters(predicted),
    outputs,
  };
  return { json, binary };
}

/** An output before it is known how it is sent. */
interface Described extends Omit<TensorMetadata, "shape"> {
  readonly shape: number[];
  readonly parameters?: Record<string, string | number>;
  readonly data: (number | string)[];
}

/** Those asked for, or all; explanations were asked for by a parameter and come even where no output names them. */
function wantedOutputs({ outputs }: InferRequest, known: readonly Described[]) {
  const asked = outputs ?? [];
  const named = new Set(asked.map(({ name }) => name));
  const unnamed = known.filter(({ name }) => !named.has(name) && (!outputs || isExplanation(name)));
  return [
    ...asked.flatMap(({ name, parameters }) =>
      known.filter((output) => output.name === name).map((output) => ({ output, parameters })),
    ),
    ...unnamed.map((output) => ({ output, parameters: undefined })),
  ];
}

const isExplanation = (name: string) => EXPLANATION_OUTPUTS.some((own) => own === name);

function answerParameters({ route, id, scores, answers, fallbacks, explanations }: Predicted) {
  return {
    alias: route,
    prediction_id: id,
    // A parameter is no list: names, with "," between.
    ...(fallbacks.length > 0 && { fallbacks: fallenBack(fallbacks).join(",") }),
    ...(answers?.some(({ rule }) => rule !== undefined) && {
      // One a row, nothing where no rule made its answer.
      rules: answers.map(({ rule = "" }) => rule).join(","),
    }),
    ...(explanations && explanationNote(explanations, scores.scores.length)),
  };
}

function outputData(
  { name, shape }: TensorMetadata,
  { labels = [], scores, predictions }: Scores,
): (number | string)[] {
  if (name === "label") return Array.from<number | string>(labels);
  if (name === "probabilities" && predictions === scores) {
    return Array.from(scores).flatMap((score) => [Math.fround(1 - score), score]);
  }
  if (name === "probabilities") return Array.from(predictions);
  if (name === "quantiles") return quantilesOf(predictions, shape[1] as number);
  return Array.from(scores);
}

/** All but the first of every row. */
function quantilesOf(predictions: Float32Array, count: number): number[] {
  return Array.from(predictions).filter((_, i) => i % (count + 1) > 0);
}
