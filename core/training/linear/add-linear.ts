import { joinNumbers } from "../../onnx/column-inputs.ts";
import type { GraphBuilder, Value } from "../../onnx/graph-builder.ts";
import { ELEMENT, type Tensor, vector } from "../../onnx/tensor.ts";
import type { GraphInputs } from "../trained-model.ts";
import type { CategoryEncoding, NumberEncoding } from "./design.ts";
import type { LinearModel } from "./linear-model.ts";
import { lookUpStrings } from "./look-up-strings.ts";
import type { TargetEncoder } from "./target-encoding.ts";

/**
 * Coefficients as nodes: numbers and encoded strings standardised, missing ones at the mean, times their
 * coefficients in one `Gemm` of doubles; then the coefficients of each string.
 *
 * @returns raw scores, double [n, scores]
 */
export function addLinear(graph: GraphBuilder, columns: GraphInputs, model: LinearModel): Value {
  const { inputs, encoders, design, coefficients } = model;
  const raw: Value[] = [];
  const parts: Value[] = [];
  inputs.forEach(({ name }, input) => {
    const column = columns.get(name) as Value;
    const encoder = encoders[input];
    const encoding = design.encodings.find((candidate) => candidate.input === input);
    if (encoder) raw.push(addEncoder(graph, column, encoder));
    else if (encoding?.kind === "category")
      parts.push(addStrings(graph, column, encoding, coefficients));
    else raw.push(column);
  });
  const intercepts = graph.constant({
    dims: [1, coefficients.length],
    values: Float64Array.from(coefficients, ([intercept]) => intercept as number),
  });
  const numbers = design.encodings.filter((encoding) => encoding.kind === "number");
  const start =
    raw.length > 0 ? addNumbers(graph, raw, numbers, coefficients, intercepts) : intercepts;
  return parts.reduce((sum, part) => graph.node("Add", [sum, part]), start);
}

/** Numbers [n, 1] or [n, parts], one for each of `numbers` in all, times their coefficients. */
function addNumbers(
  graph: GraphBuilder,
  columns: readonly Value[],
  numbers: readonly NumberEncoding[],
  coefficients: readonly Float64Array[],
  intercepts: Value,
): Value {
  const raw = joinNumbers(graph, columns);
  // x - x is NaN for NaN and for both infinities.
  const missing = graph.node("IsNaN", [graph.node("Sub", [raw, raw])]);
  const means = graph.constant(vector(Float64Array.from(numbers, ({ mean }) => mean)));
  const imputed = graph.node("Where", [missing, means, raw]);
  const factors = graph.constant(vector(Float64Array.from(numbers, (n) => n.inverseDeviation)));
  const standardised = graph.node("Mul", [graph.node("Sub", [imputed, means]), factors]);
  const own = weightMatrix(numbers, coefficients, ({ at }) => at);
  const sum = graph.node("Gemm", [standardised, graph.constant(own), intercepts]);
  if (numbers.every(({ missingAt }) => missingAt < 0)) return sum;
  const isMissing = graph.node("Cast", [missing], { attributes: { to: { int: ELEMENT.double } } });
  const whenMissing = weightMatrix(numbers, coefficients, ({ missingAt }) => missingAt);
  return graph.node("Gemm", [isMissing, graph.constant(whenMissing), sum]);
}

/** A coefficient for each number and score, 0 where there is none. */
function weightMatrix(
  numbers: readonly NumberEncoding[],
  coefficients: readonly Float64Array[],
  placeOf: (encoding: NumberEncoding) => number,
): Tensor {
  const values = numbers.flatMap((number) => coefficients.map((own) => own[placeOf(number)] ?? 0));
  return { dims: [numbers.length, coefficients.length], values: Float64Array.from(values) };
}

/** Each string's coefficients, double [n, scores]; 0 for missing and unknown ones. */
function addStrings(
  graph: GraphBuilder,
  strings: Value,
  { codeOf, at }: CategoryEncoding,
  coefficients: readonly Float64Array[],
): Value {
  const width = coefficients.length;
  const values = new Float64Array((codeOf.size + 2) * width);
  coefficients.forEach((own, k) => {
    for (let i = 0; i < codeOf.size; i++) values[(i + 1) * width + k] = own[at + i] as number;
  });
  return lookUpStrings(graph, strings, codeOf, { values, width });
}

/** Each string's numbers, float32 [n, parts]; NaN for missing ones. */
function addEncoder(graph: GraphBuilder, strings: Value, { codeOf, tables }: TargetEncoder): Value {
  const width = tables.length;
  const values = new Float32Array((codeOf.size + 2) * width);
  tables.forEach((table, k) => {
    table.forEach((value, row) => {
      values[row * width + k] = value;
    });
  });
  return lookUpStrings(graph, strings, codeOf, { values, width });
}
