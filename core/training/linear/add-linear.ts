import { encodeStrings, joinColumns, joinNumbers } from "../../onnx/column-inputs.ts";
import type { GraphBuilder, Value } from "../../onnx/graph-builder.ts";
import { ELEMENT, vector } from "../../onnx/tensor.ts";
import type { GraphInputs } from "../trained-model.ts";
import type { CategoryEncoding, Design, NumberEncoding } from "./design.ts";

/**
 * Coefficients as nodes: each string becomes its own coefficient, missing numbers the mean, and one
 * `Gemm` in doubles adds everything up.
 *
 * @returns log-odds, double [n, 1]
 */
export function addLogistic(
  graph: GraphBuilder,
  columns: GraphInputs,
  { encodings }: Design,
  coefficients: Float64Array,
): Value {
  const inputs = encodings.map(({ name }) => columns.get(name) as Value);
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
  return addSum(graph, parts, weights, coefficients[0] as number);
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
