import type { Task } from "../../definition/task.ts";
import { joinColumns } from "../../onnx/column-inputs.ts";
import type { GraphBuilder, Value } from "../../onnx/graph-builder.ts";
import { ELEMENT, vector } from "../../onnx/tensor.ts";
import type { GraphInputs } from "../../training/trained-model.ts";
import type { Blend } from "./blend.ts";
import { LEAST_PROBABILITY } from "./member-scores.ts";

/**
 * Adds an ensemble: the graphs of its members side by side on the same inputs, and the blend behind
 * them, in doubles, as `blendScores` computes it.
 *
 * @param members graphs as they were stored, of the blend's order
 * @returns the raw scores, double, shape [n, width]
 */
export function addBlend(
  graph: GraphBuilder,
  inputs: GraphInputs,
  task: Task,
  { members, blend }: { readonly members: readonly Uint8Array[]; readonly blend: Blend },
): Value {
  const number = (value: number) => graph.constant(vector(Float64Array.of(value)));
  const parts = members.map((member, i) => {
    const predictions = predictionsOf(graph, task, graph.embed(member, inputs));
    const own = blend.of === "scores" ? addMemberScores(graph, task, predictions) : predictions;
    return graph.node("Mul", [own, number(blend.weights[i] as number)]);
  });
  const sum = [...parts, number(blend.intercept)].reduce((a, b) => graph.node("Add", [a, b]));
  if (blend.of === "scores") return sum;
  return task.type === "binary"
    ? addLogOdds(graph, addClipped(graph, sum))
    : graph.node("Log", [addClipped(graph, sum)]);
}

/** A member's predictions as doubles [n, width]. */
function predictionsOf(
  graph: GraphBuilder,
  task: Task,
  outputs: ReadonlyMap<string, Value>,
): Value {
  const output = (name: string) => outputs.get(name) as Value;
  const asColumn = (value: Value) =>
    graph.node("Unsqueeze", [value, graph.constant(vector(BigInt64Array.of(1n)))]);
  const toDouble = (value: Value) =>
    graph.node("Cast", [value], { attributes: { to: { int: ELEMENT.double } } });
  switch (task.type) {
    case "binary": {
      const positive = graph.constant(vector(BigInt64Array.of(1n)));
      const attributes = { axis: { int: 1 } };
      return toDouble(graph.node("Gather", [output("probabilities"), positive], { attributes }));
    }
    case "multiclass":
      return toDouble(output("probabilities"));
    case "regression": {
      const quantiles = task.quantiles.length === 0 ? [] : [output("quantiles")];
      return toDouble(joinColumns(graph, [asColumn(output("prediction")), ...quantiles]));
    }
    case "ranking":
      return toDouble(asColumn(output("score")));
  }
}

function addMemberScores(graph: GraphBuilder, task: Task, predictions: Value): Value {
  switch (task.type) {
    case "binary":
      return addLogOdds(graph, addClipped(graph, predictions));
    case "multiclass":
      return graph.node("Log", [addClipped(graph, predictions)]);
    case "regression":
    case "ranking":
      return predictions;
  }
}

function addClipped(graph: GraphBuilder, probabilities: Value): Value {
  const limit = (value: number) => graph.constant({ dims: [], values: Float64Array.of(value) });
  return graph.node("Clip", [
    probabilities,
    limit(LEAST_PROBABILITY),
    limit(1 - LEAST_PROBABILITY),
  ]);
}

function addLogOdds(graph: GraphBuilder, probabilities: Value): Value {
  const one = graph.constant(vector(Float64Array.of(1)));
  const rest = graph.node("Sub", [one, probabilities]);
  return graph.node("Sub", [graph.node("Log", [probabilities]), graph.node("Log", [rest])]);
}
