import type { Attribute, GraphBuilder, Value } from "../onnx/graph-builder.ts";
import { ELEMENT, vector } from "../onnx/tensor.ts";
import { ML_DOMAIN } from "../onnx/versions.ts";
import { addTextHash } from "./graph-text-hash.ts";
import { addTokenCounts } from "./graph-token-counts.ts";
import type { Operand, Operators, OtherNumbers } from "./operators.ts";

/** Operators as nodes of a graph: numbers double [n, 1], texts string [n, 1]. */
export type GraphOperators = Operators<Value, Value>;

/** Adds transforms to a graph. */
export function graphOperators(graph: GraphBuilder): GraphOperators {
  const operand = (value: Operand<Value>) =>
    typeof value === "number" ? graph.constant(vector(Float64Array.of(value))) : value;
  const one = (operator: string) => (a: Value) => graph.node(operator, [a]);
  const two = (operator: string) => (a: Value, b: Operand<Value>) =>
    graph.node(operator, [a, operand(b)]);
  const test = (operator: string) => (a: Value, b: Operand<Value>) =>
    toDouble(graph, two(operator)(a, b));
  // x - x is NaN for NaN and for both infinities.
  const isMissing = (a: Value) => graph.node("IsNaN", [graph.node("Sub", [a, a])]);
  const isEmpty = (texts: Value) => graph.node("Equal", [texts, textOf(graph, "")]);
  return {
    add: two("Add"),
    subtract: two("Sub"),
    multiply: two("Mul"),
    divide: two("Div"),
    power: two("Pow"),
    minimum: two("Min"),
    maximum: two("Max"),
    log: one("Log"),
    exp: one("Exp"),
    sine: one("Sin"),
    cosine: one("Cos"),
    absolute: one("Abs"),
    floor: one("Floor"),
    isMissing: (a) => toDouble(graph, isMissing(a)),
    isLess: test("Less"),
    isEqual: test("Equal"),
    choose: (condition, whenTrue, otherwise) =>
      graph.node("Where", [two("Greater")(condition, 0), operand(whenTrue), operand(otherwise)]),
    countEdges: (a, edges) => countEdges(graph, a, edges),
    lookUp: (texts, values, others) => lookUp(graph, texts, values, others),
    replaceTexts: (texts, values, unknown) =>
      encodeTexts(graph, texts, new Map([...values, ["", ""]]), unknown),
    fillTexts: (texts, text) => graph.node("Where", [isEmpty(texts), textOf(graph, text), texts]),
    joinTexts(first, separator, second) {
      const begin = graph.node("StringConcat", [first, textOf(graph, separator)]);
      const joined = graph.node("StringConcat", [begin, second]);
      const missing = graph.node("Or", [isEmpty(first), isEmpty(second)]);
      return graph.node("Where", [missing, textOf(graph, ""), joined]);
    },
    nameOf(a, names) {
      const place = graph.node("Where", [graph.node("IsNaN", [a]), operand(names.length), a]);
      const index = graph.node("Cast", [place], { attributes: { to: { int: ELEMENT.int64 } } });
      return graph.node("Gather", [graph.constant(vector([...names, ""])), index]);
    },
    hashTexts: (texts, hash) =>
      graph.node("Where", [isEmpty(texts), operand(Number.NaN), addTextHash(graph, texts, hash)]),
    countTokens: (texts, tokens) => addTokenCounts(graph, texts, tokens),
  };
}

/** A column as operators take it: float32 becomes double. */
export const toDouble = (graph: GraphBuilder, value: Value): Value =>
  graph.node("Cast", [value], { attributes: { to: { int: ELEMENT.double } } });

/** A column as steps give it out: rounded to float32. */
export const toFloat = (graph: GraphBuilder, value: Value): Value =>
  graph.node("Cast", [value], { attributes: { to: { int: ELEMENT.float } } });

const textOf = (graph: GraphBuilder, text: string): Value =>
  graph.constant({ dims: [1, 1], values: [text] });

function countEdges(graph: GraphBuilder, a: Value, edges: readonly number[]): Value {
  const row = graph.constant({ dims: [1, edges.length], values: Float64Array.from(edges) });
  const reached = toDouble(graph, graph.node("GreaterOrEqual", [a, row]));
  const axis = graph.constant(vector(BigInt64Array.of(1n)));
  const count = graph.node("ReduceSum", [reached, axis]);
  return graph.node("Where", [graph.node("IsNaN", [a]), a, count]);
}

function lookUp(
  graph: GraphBuilder,
  texts: Value,
  values: ReadonlyMap<string, number>,
  { unknown, missing }: OtherNumbers,
): Value {
  const all = new Map([...values, ["", missing]]);
  return labelEncoder(graph, texts, all.keys(), {
    values_tensor: { tensor: vector(Float64Array.from(all.values())) },
    default_tensor: { tensor: vector(Float64Array.of(unknown)) },
  });
}

function encodeTexts(
  graph: GraphBuilder,
  texts: Value,
  values: ReadonlyMap<string, string>,
  unknown: string,
): Value {
  return labelEncoder(graph, texts, values.keys(), {
    values_strings: { strings: [...values.values()] },
    default_string: { string: unknown },
  });
}

function labelEncoder(
  graph: GraphBuilder,
  texts: Value,
  keys: Iterable<string>,
  values: Readonly<Record<string, Attribute>>,
): Value {
  return graph.node("LabelEncoder", [texts], {
    domain: ML_DOMAIN,
    attributes: { keys_strings: { strings: [...keys] }, ...values },
  });
}
