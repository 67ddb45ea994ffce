import { encodeStrings, joinColumns, joinNumbers } from "../../onnx/column-inputs.ts";
import type { GraphBuilder, Value } from "../../onnx/graph-builder.ts";
import { vector } from "../../onnx/tensor.ts";
import { treeEnsemble } from "../../onnx/tree-ensemble.ts";
import type { GraphInputs } from "../trained-model.ts";
import type { Ensemble } from "./ensemble.ts";
import type { FeatureBins, NumberBins } from "./feature-bins.ts";
import type { Split } from "./tree.ts";

/**
 * The trees as nodes: strings to bin numbers, everything joined as doubles, one `TreeEnsemble`, the link
 * undone, quantiles in order. Doubles hold float32 values and the trainer's leaf values exactly.
 *
 * @returns raw scores, double [n, width]
 */
export function addBoosting(graph: GraphBuilder, columns: GraphInputs, of: Ensemble): Value {
  const { bins, targets } = of;
  const { joined, positions } = addFeatures(graph, bins, columns);
  const ensemble = treeEnsemble(targets.length);
  targets.forEach(({ baseScore, trees }, target) => {
    ensemble.addConstant(baseScore, target);
    for (const { splits, left, right, leafValues } of trees) {
      ensemble.addTree(
        splits.map((split, node) => ({
          feature: positions[split.feature] as number,
          ...test(split, bins),
          whenTrue: left[node] as number,
          whenFalse: right[node] as number,
        })),
        leafValues,
        target,
      );
    }
  });
  return addLink(graph, ensemble.addTo(graph, joined), of);
}

/** The sums as raw scores: e^sum behind a log link, and quantiles sorted. */
function addLink(graph: GraphBuilder, sums: Value, { link, quantiles, targets }: Ensemble): Value {
  const own = targets.length - quantiles;
  const undo = (value: Value) => (link === "log" ? graph.node("Exp", [value]) : value);
  if (quantiles === 0) return undo(sums);
  const columns = (from: number, count: number) => {
    const at = BigInt64Array.from({ length: count }, (_, i) => BigInt(from + i));
    return graph.node("Gather", [sums, graph.constant(vector(at))], {
      attributes: { axis: { int: 1 } },
    });
  };
  const howMany = graph.constant(vector(BigInt64Array.of(BigInt(quantiles))));
  const sorted = graph.node("TopK", [columns(own, quantiles), howMany], {
    attributes: { axis: { int: 1 }, largest: { int: 0 }, sorted: { int: 1 } },
    unusedOutputs: 1,
  });
  return joinColumns(graph, [undo(columns(0, own)), sorted]);
}

/** All features as doubles [n, features]: numbers first, then categories as their bins. */
function addFeatures(graph: GraphBuilder, bins: readonly FeatureBins[], columns: GraphInputs) {
  const numbers: Value[] = [];
  const categories: Value[] = [];
  bins.forEach((feature) => {
    const input = columns.get(feature.name) as Value;
    if (feature.kind === "number") numbers.push(input);
    else categories.push(encodeStrings(graph, input, feature.binOf));
  });
  const parts = numbers.length > 0 ? [joinNumbers(graph, numbers), ...categories] : categories;

  let nextNumber = 0;
  let nextCategory = numbers.length;
  const positions = bins.map(({ kind }) => (kind === "number" ? nextNumber++ : nextCategory++));
  return { joined: joinColumns(graph, parts), positions };
}

function test(split: Split, bins: readonly FeatureBins[]) {
  if (split.kind === "category") return { members: split.members };
  const { borders } = bins[split.feature] as NumberBins;
  // Past the last border every number goes left, and only what is missing does not.
  const upTo = borders[split.lastLeftBin - 1] ?? Number.POSITIVE_INFINITY;
  return { upTo, missingIsTrue: split.missingGoesLeft };
}
