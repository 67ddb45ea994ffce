import { encodeStrings, joinColumns, joinNumbers } from "../../onnx/column-inputs.ts";
import type { GraphBuilder, Value } from "../../onnx/graph-builder.ts";
import { vector } from "../../onnx/tensor.ts";
import type { GraphInputs } from "../trained-model.ts";
import type { InputPlan } from "./encode-inputs.ts";
import type { Scope } from "./layers/layer.ts";
import { castTo, int64s } from "./layers/nodes.ts";
import { parametersOf, statisticsOf } from "./network.ts";
import type { NetworkWithWeights } from "./network-scores.ts";
import { scoreThrough } from "./step-graph.ts";

/**
 * Adds a trained network to a graph: it takes raw columns and computes in doubles. Weights are stored as
 * the float32 that they are, half the size, and widened when the graph is opened.
 *
 * @returns the network's outputs, double [n, width]
 */
export function addNetwork(
  graph: GraphBuilder,
  inputs: GraphInputs,
  { plan, network, tensors }: NetworkWithWeights,
): Value {
  const dims = new Map(
    [
      ...parametersOf(network),
      ...statisticsOf(network).map(({ name, size }) => ({ name, dims: [size] })),
    ].map((one) => [one.name, one.dims]),
  );
  const scope: Scope = {
    graph,
    element: "double",
    tensor(name) {
      const values = tensors.get(name) as Float32Array;
      return castTo(graph, graph.constant({ dims: dims.get(name) as number[], values }), "double");
    },
  };
  const codes = plan.categories.map(({ name, codeOf }) => {
    const known = encodeStrings(graph, inputs.get(name) as Value, codeOf);
    return castTo(graph, graph.node("Squeeze", [known, int64s(graph, 1)]), "int64");
  });
  const given =
    plan.numberCount === 0 ? { codes } : { codes, numbers: addNumbers(graph, inputs, plan) };
  return scoreThrough(network, scope, given);
}

/** Standardised numbers, then indicators of missing ones, double [n, numbers]. */
function addNumbers(graph: GraphBuilder, inputs: GraphInputs, { numbers, clip }: InputPlan): Value {
  const raw = joinNumbers(
    graph,
    numbers.map(({ name }) => inputs.get(name) as Value),
  );
  // x - x is NaN for NaN and for both infinities.
  const missing = graph.node("IsNaN", [graph.node("Sub", [raw, raw])]);
  const means = graph.constant(vector(Float64Array.from(numbers, ({ mean }) => mean)));
  const imputed = graph.node("Where", [missing, means, raw]);
  const factors = graph.constant(vector(Float64Array.from(numbers, (n) => n.inverseDeviation)));
  const standard = graph.node("Mul", [graph.node("Sub", [imputed, means]), factors]);
  const bounds = [-clip, clip].map((bound) =>
    graph.constant({ dims: [], values: Float64Array.of(bound) }),
  );
  const clipped = graph.node("Clip", [standard, ...bounds]);
  const withIndicator = numbers.flatMap(({ hasIndicator }, i) => (hasIndicator ? [i] : []));
  if (withIndicator.length === 0) return clipped;
  const chosen = graph.node("Gather", [missing, int64s(graph, ...withIndicator)], {
    attributes: { axis: { int: 1 } },
  });
  return joinColumns(graph, [clipped, castTo(graph, chosen, "double")]);
}
