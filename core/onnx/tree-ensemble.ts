import type { Attribute, GraphBuilder, Value } from "./graph-builder.ts";
import { vector } from "./tensor.ts";
import { ML_DOMAIN } from "./versions.ts";

/** Modes of a node. https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html */
const BRANCH_LEQ = 0;
const BRANCH_MEMBER = 6;
const SUM = 1;

/** A node: its test, and the child for either answer, a node's index in the tree or `~leaf`. */
export type EnsembleNode = {
  readonly feature: number;
  readonly whenTrue: number;
  readonly whenFalse: number;
} & (
  | { readonly upTo: number; readonly missingIsTrue: boolean }
  | { readonly members: readonly number[] }
);

export interface TreeEnsemble {
  /** @param nodes node 0 is the root; at least one @param target 0 unless it says another */
  addTree(nodes: readonly EnsembleNode[], leafValues: ArrayLike<number>, target?: number): void;
  /** Adds a number to every row's sum of a target. */
  addConstant(value: number, target?: number): void;
  /** The sums as double [n, targets]. @param features double [n, features] */
  addTo(graph: GraphBuilder, features: Value): Value;
}

/**
 * Collects trees into one `TreeEnsemble` node in doubles.
 *
 * NaN is a member of no set and not below any border, so it goes to `whenFalse` unless `missingIsTrue`.
 * Members must not be NaN: a NaN closes the set of each node.
 */
export function treeEnsemble(targetCount = 1): TreeEnsemble {
  const nodes: EnsembleNode[] = [];
  const weights: number[] = [];
  const targets: number[] = [];
  const roots: number[] = [];
  // A child as the operator has it: an index among all nodes, or among all leaves.
  const children = {
    trueIds: [] as number[],
    trueLeafs: [] as number[],
    falseIds: [] as number[],
    falseLeafs: [] as number[],
  };

  const point = (
    ids: number[],
    leafs: number[],
    child: number,
    nodeBase: number,
    leafBase: number,
  ) => {
    ids.push(child < 0 ? leafBase + ~child : nodeBase + child);
    leafs.push(child < 0 ? 1 : 0);
  };
  const addTree: TreeEnsemble["addTree"] = (added, leafValues, target = 0) => {
    const nodeBase = nodes.length;
    const leafBase = weights.length;
    roots.push(nodeBase);
    for (const node of added) {
      nodes.push(node);
      point(children.trueIds, children.trueLeafs, node.whenTrue, nodeBase, leafBase);
      point(children.falseIds, children.falseLeafs, node.whenFalse, nodeBase, leafBase);
    }
    for (const value of Array.from(leafValues)) {
      weights.push(value);
      targets.push(target);
    }
  };

  return {
    addTree,
    addConstant(value, target = 0) {
      // A tree of one leaf has no root node, so both sides of a test give the same.
      const both = { feature: 0, upTo: 0, missingIsTrue: false, whenTrue: ~0, whenFalse: ~1 };
      addTree([both], [value, value], target);
    },
    addTo(graph, features) {
      return graph.node("TreeEnsemble", [features], {
        domain: ML_DOMAIN,
        attributes: {
          ...testsOf(nodes),
          nodes_truenodeids: { ints: children.trueIds },
          nodes_trueleafs: { ints: children.trueLeafs },
          nodes_falsenodeids: { ints: children.falseIds },
          nodes_falseleafs: { ints: children.falseLeafs },
          leaf_weights: { tensor: vector(Float64Array.from(weights)) },
          leaf_targetids: { ints: targets },
          tree_roots: { ints: roots },
          n_targets: { int: targetCount },
          aggregate_function: { int: SUM },
        },
      });
    },
  };
}

function testsOf(nodes: readonly EnsembleNode[]): Readonly<Record<string, Attribute>> {
  const members = nodes.flatMap((node) => ("members" in node ? [...node.members, Number.NaN] : []));
  const missing = nodes.map((node) => ("upTo" in node && node.missingIsTrue ? 1 : 0));
  return {
    nodes_modes: {
      tensor: vector(
        Uint8Array.from(nodes, (node) => ("members" in node ? BRANCH_MEMBER : BRANCH_LEQ)),
      ),
    },
    nodes_featureids: { ints: nodes.map(({ feature }) => feature) },
    nodes_splits: {
      tensor: vector(Float64Array.from(nodes, (node) => ("upTo" in node ? node.upTo : 0))),
    },
    ...(members.length > 0
      ? { membership_values: { tensor: vector(Float64Array.from(members)) } }
      : {}),
    nodes_missing_value_tracks_true: { ints: missing },
  };
}
