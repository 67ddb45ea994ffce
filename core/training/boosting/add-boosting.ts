import { encodeStrings, joinColumns, joinNumbers } from "../../onnx/column-inputs.ts";
import type { GraphBuilder, Value } from "../../onnx/graph-builder.ts";
import { treeEnsemble } from "../../onnx/tree-ensemble.ts";
import type { GraphInputs } from "../trained-model.ts";
import type { FeatureBins, NumberBins } from "./feature-bins.ts";
import type { Split, Tree } from "./tree.ts";

export interface Ensemble {
  readonly bins: readonly FeatureBins[];
  readonly trees: readonly Tree[];
  /** Log-odds before any tree. */
  readonly baseScore: number;
}

/**
 * The trees as nodes: strings to bin numbers, everything joined as doubles, one `TreeEnsemble`. Doubles
 * hold float32 values and the trainer's leaf values exactly.
 *
 * @returns log-odds, double [n, 1]
 */
export function addBoosting(
  graph: GraphBuilder,
  columns: GraphInputs,
  { bins, trees, baseScore }: Ensemble,
): Value {
  const { joined, positions } = addFeatures(graph, bins, columns);
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
  return ensemble.addTo(graph, joined);
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
