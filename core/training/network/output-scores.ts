import type { Task } from "../../definition/task.ts";
import { joinColumns } from "../../onnx/column-inputs.ts";
import type { GraphBuilder, Value } from "../../onnx/graph-builder.ts";
import { vector } from "../../onnx/tensor.ts";
import { int64s, sliced } from "./layers/nodes.ts";
import type { TargetPlan } from "./targets.ts";

/**
 * Raw scores of a network's outputs. Classes: the outputs. Regression: back in the target's unit, and
 * the quantiles of a row in ascending order, which never makes them worse (Chernozhukov,
 * Fernández-Val and Galichon 2010, https://doi.org/10.3982/ECTA7880).
 *
 * @param outputs shape [rows * width]; is overwritten
 */
export function scoresOf(
  task: Task,
  outputs: Float64Array,
  { mean, deviation }: TargetPlan,
): Float64Array {
  if (task.type !== "regression") return outputs;
  for (let i = 0; i < outputs.length; i++) outputs[i] = mean + deviation * (outputs[i] as number);
  const width = 1 + task.quantiles.length;
  for (let at = 0; at < outputs.length; at += width) outputs.subarray(at + 1, at + width).sort();
  return outputs;
}

/** The same as nodes. @param outputs double [n, width] */
export function addScores(
  graph: GraphBuilder,
  task: Task,
  outputs: Value,
  { mean, deviation }: TargetPlan,
): Value {
  if (task.type !== "regression") return outputs;
  const [factor, offset] = [deviation, mean].map((value) =>
    graph.constant(vector(Float64Array.of(value))),
  ) as [Value, Value];
  const scores = graph.node("Add", [graph.node("Mul", [outputs, factor]), offset]);
  const quantiles = task.quantiles.length;
  if (quantiles === 0) return scores;
  const own = sliced(graph, scores, { from: 1, to: 1 + quantiles, axis: 1 });
  const ascending = graph.node("TopK", [own, int64s(graph, quantiles)], {
    attributes: { largest: { int: 0 } },
    unusedOutputs: 1,
  });
  return joinColumns(graph, [sliced(graph, scores, { from: 0, to: 1, axis: 1 }), ascending]);
}
