import { addBinaryOutputs } from "../../onnx/binary-outputs.ts";
import {
  addColumnInput,
  encodeStrings,
  joinColumns,
  joinNumbers,
} from "../../onnx/column-inputs.ts";
import { type GraphBuilder, graphBuilder, type Value } from "../../onnx/graph-builder.ts";
import { treeEnsemble } from "../../onnx/tree-ensemble.ts";
import type { FeatureBins, NumberBins } from "./feature-bins.ts";
import type { Split, Tree } from "./tree.ts";

export interface Ensemble {
  readonly bins: readonly FeatureBins[];
  readonly trees: readonly Tree[];
  /** Log-odds before any tree. */
  readonly baseScore: number;
}

/**
 * The trees as one graph: strings to bin numbers, everything joined as doubles, one `TreeEnsemble`,
 * the sigmoid. Doubles hold float32 values and the trainer's leaf values exactly.
 */
export function boostingGraph({ bins, trees, baseScore }: Ensemble, threshold: number): Uint8Array {
  const graph = graphBuilder("boosting");
  const { joined, positions } = addFeatures(graph, bins);
  const ensemble = treeEnsemble();
  ensemble.addConstant(baseScore);
  for (const { splits, left, right, leafValues } of trees) {
    ensemble.addTree(
      splits.map((split, node) => ({
        feature: positions[split.feature] as number,
        ...test(split, bins),
        whenTrue: left[node] as number,
        whenFalse: right[node] as number,
      })),
      leafValues,
    );
  }
  addBinaryOutputs(graph, ensemble.addTo(graph, joined), threshold);
  return graph.toBytes();
}

/** All features as doubles [n, features]: numbers first, then categories as their bins. */
function addFeatures(graph: GraphBuilder, bins: readonly FeatureBins[]) {
  const inputs = bins.map((feature) => addColumnInput(graph, feature));
  const numbers: Value[] = [];
  const categories: Value[] = [];
  bins.forEach((feature, i) => {
    const input = inputs[i] as Value;
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
