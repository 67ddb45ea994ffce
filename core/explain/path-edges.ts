import type { Split, Tree } from "../training/boosting/tree.ts";

/**
 * A step from a node to a child. Edges of a tree lie in preorder: an edge before all below it, and the
 * edge to a left child right behind its parent's.
 */
export interface Edge {
  /** The node above. */
  readonly node: number;
  readonly isLeft: boolean;
  readonly feature: number;
  /** Edge to the node above; -1 if that is the root. */
  readonly parent: number;
  /** The last edge above with the same feature; -1 if there is none. */
  readonly previous: number;
  /** Share of training rows that all edges of this feature down to here let by, > 0. */
  readonly share: number;
  /** The leaf that it ends in; -1 for a node. */
  readonly leaf: number;
}

/** Edges of a tree, and how many features its richest path asks for. */
export interface TreeEdges {
  readonly edges: readonly Edge[];
  readonly mostFeatures: number;
}

export function edgesOf(tree: Tree): TreeEdges {
  const edges: Edge[] = [];
  let mostFeatures = 0;
  const add = (node: number, parent: number, last: ReadonlyMap<number, number>): void => {
    const { feature } = tree.splits[node] as Split;
    for (const isLeft of [true, false]) {
      const child = (isLeft ? tree.left[node] : tree.right[node]) as number;
      const at = edges.length;
      const previous = last.get(feature) ?? -1;
      const share =
        (rowsOf(tree, child) / (tree.nodeRows[node] as number)) * (edges[previous]?.share ?? 1);
      const leaf = child < 0 ? ~child : -1;
      edges.push({ node, isLeft, feature, parent, previous, share, leaf });
      const seen = new Map(last).set(feature, at);
      if (child < 0) mostFeatures = Math.max(mostFeatures, seen.size);
      else add(child, at, seen);
    }
  };
  add(0, -1, new Map());
  return { edges, mostFeatures };
}

function rowsOf(tree: Tree, child: number): number {
  return (child < 0 ? tree.leafRows[~child] : tree.nodeRows[child]) as number;
}
