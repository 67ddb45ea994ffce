import { encodeStrings, joinColumns, joinNumbers } from "../../onnx/column-inputs.ts";
import type { GraphBuilder, Value } from "../../onnx/graph-builder.ts";
import { vector } from "../../onnx/tensor.ts";
import { type EnsembleNode, treeEnsemble } from "../../onnx/tree-ensemble.ts";
import type { GraphInputs } from "../trained-model.ts";
import type { FrameColumn } from "../training-frame.ts";
import { binsOfTexts, type CategoryBinning } from "./binning.ts";
import { logOddsPerPoint } from "./score-points.ts";
import { pointsAtEvenOdds, type Scorecard, type ScorecardInput } from "./scorecard.ts";

type Column = Pick<FrameColumn, "kind" | "name">;

/**
 * A scorecard as nodes of a graph: strings to the number of their bin, one tree of borders an input
 * whose leaves are points, and the sum of points as log-odds. Points are summed in doubles, so whole
 * points are exact.
 *
 * @param first some column of the model: tells the number of rows where no input is used
 * @returns log-odds of class 1, double, shape [n, 1]
 */
export function addScorecard(
  graph: GraphBuilder,
  inputs: GraphInputs,
  scorecard: Scorecard,
  first: Column,
): Value {
  const used: readonly (Column | ScorecardInput)[] =
    scorecard.inputs.length > 0 ? scorecard.inputs : [first];
  const features = used.map((column) => {
    const value = inputs.get(column.name) as Value;
    if (column.kind === "number") return joinNumbers(graph, [value]);
    return encodeStrings(graph, value, codesOf(column));
  });
  const ensemble = treeEnsemble();
  ensemble.addConstant(scorecard.basePoints);
  scorecard.inputs.forEach((input, feature) => {
    const { borders, leaves } = stepsOf(input);
    ensemble.addTree(bordersAsTree(feature, borders), leaves);
  });
  const points = ensemble.addTo(graph, joinColumns(graph, features));
  const atEven = graph.constant(vector(Float64Array.of(pointsAtEvenOdds(scorecard))));
  const perPoint = graph.constant(vector(Float64Array.of(logOddsPerPoint(scorecard))));
  return graph.node("Mul", [graph.node("Sub", [points, atEven]), perPoint]);
}

/** Strings by 1 + the number of their bin: the graph has 0 for those that it does not know. */
function codesOf(column: Column | CategoryBinning): ReadonlyMap<string, number> {
  if (!("groups" in column)) return new Map();
  return new Map([...binsOfTexts(column)].map(([text, bin]) => [text, bin + 1]));
}

/** An input as steps: the points up to each border, past the last one, and of NaN. */
function stepsOf(input: ScorecardInput) {
  const points = input.bins.map((bin) => bin.points);
  if (input.kind === "number") return { borders: input.borders, leaves: points };
  const other = points[input.otherBin] as number;
  return { borders: points.map((_, code) => code + 0.5), leaves: [other, ...points, other] };
}

/** A balanced tree: leaf i is up to border i, the next one past the last border, the last one NaN. */
function bordersAsTree(feature: number, borders: readonly number[]): readonly EnsembleNode[] {
  const nodes: EnsembleNode[] = [];
  const grow = (begin: number, end: number): number => {
    if (begin === end) return ~begin;
    const middle = (begin + end) >>> 1;
    const at = addTest(borders[middle] as number);
    link(at, grow(begin, middle), grow(middle + 1, end));
    return at;
  };
  const addTest = (upTo: number) =>
    nodes.push({ feature, upTo, missingIsTrue: false, whenTrue: 0, whenFalse: 0 }) - 1;
  const link = (at: number, whenTrue: number, whenFalse: number) => {
    nodes[at] = { ...(nodes[at] as EnsembleNode), whenTrue, whenFalse };
  };
  const root = addTest(Number.POSITIVE_INFINITY);
  link(root, grow(0, borders.length), ~(borders.length + 1));
  return nodes;
}
