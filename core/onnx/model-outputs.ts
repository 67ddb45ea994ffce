import type { Calibration } from "../calibration/calibration.ts";
import type { Task } from "../definition/task.ts";
import { addCalibration } from "./calibration-nodes.ts";
import { joinColumns } from "./column-inputs.ts";
import type { GraphBuilder, Value } from "./graph-builder.ts";
import { ELEMENT, vector } from "./tensor.ts";

/** What stands between raw scores and a graph's answers. */
export interface Ending {
  readonly task: Task;
  /** How raw scores become probabilities; absent: by sigmoid or softmax. */
  readonly calibration?: Calibration;
  /** Binary: probability from which a row is labelled 1, 0..1. */
  readonly threshold: number;
}

/**
 * Ends a graph. Its outputs are those of the task (`graphOutputs`): `label` and `probabilities`,
 * `prediction` and `quantiles`, or `score`.
 *
 * @param scores raw scores, double, shape [n, width]
 */
export function addModelOutputs(
  graph: GraphBuilder,
  scores: Value,
  { task, threshold, calibration }: Ending,
): void {
  switch (task.type) {
    case "binary":
      addBinaryOutputs(graph, bothClasses(graph, scores, calibration), threshold);
      break;
    case "multiclass":
      addMulticlassOutputs(
        graph,
        calibration === undefined
          ? graph.node("Softmax", [scores], { attributes: { axis: { int: 1 } } })
          : addCalibration(graph, scores, calibration, task),
        task.classes,
      );
      break;
    case "regression":
      addRegressionOutputs(graph, scores, task.quantiles.length);
      break;
    case "ranking":
      graph.output(column(graph, scores, 0, "score"), "float", ["n"]);
  }
}

/** Probability of class 0 and of class 1, double [n, 2]. */
function bothClasses(
  graph: GraphBuilder,
  logOdds: Value,
  calibration: Calibration | undefined,
): Value {
  if (calibration === undefined) {
    const signs = graph.constant({ dims: [1, 2], values: Float64Array.of(-1, 1) });
    return graph.node("Sigmoid", [graph.node("Mul", [logOdds, signs])]);
  }
  const positive = addCalibration(graph, logOdds, calibration, { type: "binary" });
  const one = graph.constant(vector(Float64Array.of(1)));
  return joinColumns(graph, [graph.node("Sub", [one, positive]), positive]);
}

/** `label` is 1 where the float32 probability of class 1 reaches the threshold. */
function addBinaryOutputs(graph: GraphBuilder, exact: Value, threshold: number): void {
  const probabilities = toFloat(graph, exact, "probabilities");

  const classOne = graph.constant({ dims: [], values: BigInt64Array.of(1n) });
  const positive = graph.node("Gather", [probabilities, classOne], {
    attributes: { axis: { int: 1 } },
  });
  const reached = graph.node("GreaterOrEqual", [
    positive,
    graph.constant(vector(float32AtLeast(threshold))),
  ]);
  const label = graph.node("Cast", [reached], {
    attributes: { to: { int: ELEMENT.int64 } },
    output: "label",
  });
  graph.output(label, "int64", ["n"]);
  graph.output(probabilities, "float", ["n", 2]);
}

/** `label` is the class of the highest float32 probability, of equal ones the first. */
function addMulticlassOutputs(graph: GraphBuilder, exact: Value, classes: readonly string[]): void {
  const probabilities = toFloat(graph, exact, "probabilities");
  const highest = graph.node("ArgMax", [probabilities], {
    attributes: { axis: { int: 1 }, keepdims: { int: 0 } },
  });
  const names = graph.constant({ dims: [classes.length], values: classes });
  const label = graph.node("Gather", [names, highest], {
    attributes: { axis: { int: 0 } },
    output: "label",
  });
  graph.output(label, "string", ["n"]);
  graph.output(probabilities, "float", ["n", classes.length]);
}

function addRegressionOutputs(graph: GraphBuilder, scores: Value, quantiles: number): void {
  graph.output(column(graph, scores, 0, "prediction"), "float", ["n"]);
  if (quantiles === 0) return;
  const rest = graph.constant(
    vector(BigInt64Array.from({ length: quantiles }, (_, i) => BigInt(i + 1))),
  );
  const gathered = graph.node("Gather", [scores, rest], { attributes: { axis: { int: 1 } } });
  graph.output(toFloat(graph, gathered, "quantiles"), "float", ["n", quantiles]);
}

/** One column of doubles [n, width] as float32 [n]. */
function column(graph: GraphBuilder, scores: Value, at: number, output: string): Value {
  const index = graph.constant({ dims: [], values: BigInt64Array.of(BigInt(at)) });
  const gathered = graph.node("Gather", [scores, index], { attributes: { axis: { int: 1 } } });
  return toFloat(graph, gathered, output);
}

function toFloat(graph: GraphBuilder, value: Value, output: string): Value {
  return graph.node("Cast", [value], { attributes: { to: { int: ELEMENT.float } }, output });
}

/** The smallest float32 that is not below a number: comparing with it decides as with the number. */
function float32AtLeast(value: number): Float32Array {
  const nearest = Float32Array.of(value);
  if ((nearest[0] as number) >= value) return nearest;
  const bits = new Uint32Array(nearest.buffer);
  bits[0] = (bits[0] as number) + 1; // next float32 up, for numbers above 0
  return nearest;
}
