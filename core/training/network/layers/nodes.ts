import type { Attribute, GraphBuilder, Value } from "../../../onnx/graph-builder.ts";
import { ELEMENT, vector } from "../../../onnx/tensor.ts";
import type { Scope } from "./layer.ts";

/** A constant of the scope's element type, shape [1], which broadcasts to any. */
export function scalar({ graph, element }: Scope, value: number): Value {
  return graph.constant(
    vector(element === "float" ? Float32Array.of(value) : Float64Array.of(value)),
  );
}

/** `left operator right`, element by element. */
export function combine({ graph }: Scope, operator: string, left: Value, right: Value): Value {
  return graph.node(operator, [left, right]);
}

/** The value times a number that is known when the graph is built. */
export function scaled(scope: Scope, value: Value, factor: number): Value {
  return combine(scope, "Mul", value, scalar(scope, factor));
}

/** The value plus a number that is known when the graph is built. */
export function shifted(scope: Scope, value: Value, by: number): Value {
  return combine(scope, "Add", value, scalar(scope, by));
}

/** Sum over the rows: [rows, n] to [n]. */
export function sumOfRows({ graph }: Scope, value: Value): Value {
  return graph.node("ReduceSum", [value, int64s(graph, 0)], {
    attributes: { keepdims: { int: 0 } },
  });
}

export function toElement({ graph, element }: Scope, value: Value): Value {
  return castTo(graph, value, element);
}

export function castTo(graph: GraphBuilder, value: Value, element: keyof typeof ELEMENT): Value {
  return graph.node("Cast", [value], { attributes: { to: { int: ELEMENT[element] } } });
}

/** A constant vector of whole numbers, such as operators take axes and shapes. */
export function int64s(graph: GraphBuilder, ...values: readonly number[]): Value {
  return graph.constant(vector(BigInt64Array.from(values, BigInt)));
}

/** The value in another shape; -1 stands for what is left over. */
export function reshaped(graph: GraphBuilder, value: Value, dims: readonly number[]): Value {
  return graph.node("Reshape", [value, int64s(graph, ...dims)]);
}

/** Entries `from` to `to` (exclusive) of an axis. */
export function sliced(
  graph: GraphBuilder,
  value: Value,
  { from, to, axis }: { readonly from: number; readonly to: number; readonly axis: number },
): Value {
  const bounds = [from, to, axis].map((number) => int64s(graph, number));
  return graph.node("Slice", [value, ...bounds]);
}

/** Left times right, either of them transposed first if asked for. */
export function product(
  { graph }: Scope,
  left: Value,
  right: Value,
  { transposed }: { readonly transposed?: "left" | "right" } = {},
): Value {
  const attributes: Record<string, Attribute> = {};
  if (transposed === "left") attributes.transA = { int: 1 };
  if (transposed === "right") attributes.transB = { int: 1 };
  return graph.node("Gemm", [left, right], { attributes });
}
