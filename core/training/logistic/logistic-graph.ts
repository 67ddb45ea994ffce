import { addBinaryOutputs } from "../../onnx/binary-outputs.ts";
import {
  addColumnInput,
  encodeStrings,
  joinColumns,
  joinNumbers,
} from "../../onnx/column-inputs.ts";
import { type GraphBuilder, graphBuilder, type Value } from "../../onnx/graph-builder.ts";
import { ELEMENT, vector } from "../../onnx/tensor.ts";
import type { CategoryEncoding, Design, NumberEncoding } from "./design.ts";

/**
 * Coefficients as one graph: each string becomes its own coefficient, missing numbers the mean, and
 * one `Gemm` in doubles adds everything up.
 */
export function logisticGraph(
  { encodings }: Design,
  coefficients: Float64Array,
  threshold: number,
): Uint8Array {
  const graph = graphBuilder("logistic");
  const inputs = encodings.map((encoding) => addColumnInput(graph, encoding));
  const numbers = encodings.filter((encoding) => encoding.kind === "number");
  const numberInputs = inputs.filter((_, i) => encodings[i]?.kind === "number");
  const parts: Value[] = [];
  const weights: number[] = [];
  if (numbers.length > 0) {
    parts.push(...addNumbers(graph, numbers, numberInputs));
    weights.push(...numbers.map(({ at }) => coefficients[at] as number));
    if (hasIndicators(numbers)) {
      weights.push(...numbers.map(({ missingAt }) => coefficients[missingAt] ?? 0));
    }
  }
  encodings.forEach((encoding, i) => {
    if (encoding.kind === "number") return;
    parts.push(encodeStrings(graph, inputs[i] as Value, ownCoefficients(encoding, coefficients)));
    weights.push(1);
  });
  addBinaryOutputs(graph, addSum(graph, parts, weights, coefficients[0] as number), threshold);
  return graph.toBytes();
}

/** Standardised numbers, missing ones 0; then, where any has a coefficient, which are missing. */
function addNumbers(
  graph: GraphBuilder,
  numbers: readonly NumberEncoding[],
  inputs: Value[],
): Value[] {
  const raw = joinNumbers(graph, inputs);
  // x - x is NaN for NaN and for both infinities.
  const missing = graph.node("IsNaN", [graph.node("Sub", [raw, raw])]);
  const means = graph.constant(vector(Float64Array.from(numbers, ({ mean }) => mean)));
  const imputed = graph.node("Where", [missing, means, raw]);
  const factors = graph.constant(vector(Float64Array.from(numbers, (n) => n.inverseDeviation)));
  const standardised = graph.node("Mul", [graph.node("Sub", [imputed, means]), factors]);
  if (!hasIndicators(numbers)) return [standardised];
  return [
    standardised,
    graph.node("Cast", [missing], { attributes: { to: { int: ELEMENT.double } } }),
  ];
}

function hasIndicators(numbers: readonly NumberEncoding[]): boolean {
  return numbers.some(({ missingAt }) => missingAt >= 0);
}

function ownCoefficients({ codeOf, at }: CategoryEncoding, coefficients: Float64Array) {
  return new Map([...codeOf].map(([text, code]) => [text, coefficients[at + code - 1] as number]));
}

function addSum(graph: GraphBuilder, parts: Value[], weights: number[], intercept: number): Value {
  const weight = graph.constant({ dims: [weights.length, 1], values: Float64Array.from(weights) });
  const bias = graph.constant(vector(Float64Array.of(intercept)));
  return graph.node("Gemm", [joinColumns(graph, parts), weight, bias]);
}
