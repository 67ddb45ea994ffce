import type { Calibration } from "../calibration/calibration.ts";
import type { IsotonicCurve } from "../calibration/isotonic.ts";
import { LEAST_REST } from "../calibration/one-versus-rest.ts";
import { type Task, widthOf } from "../definition/task.ts";
import { joinColumns } from "./column-inputs.ts";
import type { GraphBuilder, Value } from "./graph-builder.ts";
import { ELEMENT, vector } from "./tensor.ts";
import { type EnsembleNode, treeEnsemble } from "./tree-ensemble.ts";

/**
 * Adds a calibration, all in doubles: the same steps as `calibrate`.
 *
 * @param scores raw scores, double, shape [n, width]
 * @returns calibrated probabilities of class 1 or of each class, double, shape [n, width]
 */
export function addCalibration(
  graph: GraphBuilder,
  scores: Value,
  calibration: Calibration,
  task: Task,
): Value {
  const width = widthOf(task);
  if (calibration.method === "temperature") {
    const temperature = graph.constant(vector(Float64Array.of(calibration.temperature)));
    return alongClasses(graph, "Softmax", graph.node("Div", [scores, temperature]));
  }
  const logOdds = task.type === "binary" ? scores : addLogOddsAgainstRest(graph, scores, width);
  const probabilities =
    calibration.method === "platt"
      ? addPlatt(graph, logOdds, calibration.curves)
      : joinColumns(
          graph,
          calibration.curves.map((curve, k) =>
            addIsotonic(graph, width === 1 ? logOdds : column(graph, logOdds, k), curve),
          ),
        );
  return task.type === "binary" ? probabilities : addNormalised(graph, probabilities, width);
}

function addPlatt(
  graph: GraphBuilder,
  logOdds: Value,
  curves: readonly { readonly slope: number; readonly intercept: number }[],
): Value {
  const slopes = graph.constant(vector(Float64Array.from(curves, ({ slope }) => slope)));
  const intercepts = graph.constant(vector(Float64Array.from(curves, (curve) => curve.intercept)));
  const moved = graph.node("Add", [graph.node("Mul", [logOdds, slopes]), intercepts]);
  return graph.node("Sigmoid", [moved]);
}

/**
 * The segment that a row lies in is found by one balanced tree over the inner breakpoints, which gives
 * its number; the ends of the segment are gathered by it.
 *
 * @param logOdds double [n, 1]
 */
function addIsotonic(graph: GraphBuilder, logOdds: Value, { at, values }: IsotonicCurve): Value {
  const all = (numbers: readonly number[]) => graph.constant(vector(Float64Array.from(numbers)));
  const first = graph.node("Max", [logOdds, all(at.slice(0, 1))]);
  const inside = graph.node("Min", [first, all(at.slice(-1))]);
  if (at.length === 1) {
    return graph.node("Add", [graph.node("Sub", [inside, all(at)]), all(values)]);
  }
  const segment = addSegment(graph, inside, at);
  const pick = (numbers: readonly number[]) => graph.node("Gather", [all(numbers), segment]);
  const begin = pick(at.slice(0, -1));
  const from = pick(values.slice(0, -1));
  const to = pick(values.slice(1));
  const share = graph.node("Div", [
    graph.node("Sub", [inside, begin]),
    graph.node("Sub", [pick(at.slice(1)), begin]),
  ]);
  const risen = graph.node("Mul", [graph.node("Sub", [to, from]), share]);
  return graph.node("Min", [graph.node("Add", [from, risen]), to]);
}

/** Number of the inner breakpoints below each log-odds, int64 [n, 1]. */
function addSegment(graph: GraphBuilder, logOdds: Value, at: readonly number[]): Value {
  const ensemble = treeEnsemble();
  const segments = at.length - 1;
  if (segments === 1) ensemble.addConstant(0);
  else {
    const nodes: EnsembleNode[] = [];
    addRange(nodes, at, 0, segments - 1);
    ensemble.addTree(
      nodes,
      Array.from({ length: segments }, (_, i) => i),
    );
  }
  return graph.node("Cast", [ensemble.addTo(graph, logOdds)], {
    attributes: { to: { int: ELEMENT.int64 } },
  });
}

/** A tree over segments `low` to `high`. @returns its root, or `~segment` for a lone one */
function addRange(nodes: EnsembleNode[], at: readonly number[], low: number, high: number): number {
  if (low === high) return ~low;
  const middle = (low + high) >>> 1;
  const own = nodes.length;
  const upTo = at[middle + 1] as number;
  const test = { feature: 0, upTo, missingIsTrue: false };
  nodes.push({ ...test, whenTrue: 0, whenFalse: 0 });
  const whenTrue = addRange(nodes, at, low, middle);
  const whenFalse = addRange(nodes, at, middle + 1, high);
  nodes[own] = { ...test, whenTrue, whenFalse };
  return own;
}

/** ln p_k - ln of the sum of the other probabilities, double [n, width]. */
function addLogOddsAgainstRest(graph: GraphBuilder, logits: Value, width: number): Value {
  const logs = alongClasses(graph, "LogSoftmax", logits);
  const others = Float64Array.from({ length: width * width }, (_, i) =>
    i % (width + 1) === 0 ? 0 : 1,
  );
  const mask = graph.constant({ dims: [width, width], values: others });
  const rest = graph.node("MatMul", [graph.node("Exp", [logs]), mask]);
  const least = graph.constant(vector(Float64Array.of(LEAST_REST)));
  return graph.node("Sub", [logs, graph.node("Log", [graph.node("Max", [rest, least])])]);
}

/** Rows divided by their sum; rows of zeros become equal shares. */
function addNormalised(graph: GraphBuilder, values: Value, width: number): Value {
  const ones = graph.constant({ dims: [width, 1], values: new Float64Array(width).fill(1) });
  const sums = graph.node("MatMul", [values, ones]);
  const zero = graph.constant(vector(Float64Array.of(0)));
  const equal = graph.constant(vector(Float64Array.of(1 / width)));
  const empty = graph.node("Equal", [sums, zero]);
  return graph.node("Where", [empty, equal, graph.node("Div", [values, sums])]);
}

function alongClasses(graph: GraphBuilder, operator: string, value: Value): Value {
  return graph.node(operator, [value], { attributes: { axis: { int: 1 } } });
}

/** One column of doubles [n, width] as [n, 1]. */
function column(graph: GraphBuilder, values: Value, at: number): Value {
  const index = graph.constant(vector(BigInt64Array.of(BigInt(at))));
  return graph.node("Gather", [values, index], { attributes: { axis: { int: 1 } } });
}
