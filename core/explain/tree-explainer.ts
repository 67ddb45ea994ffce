import { IntegrityError } from "../errors.ts";
import { decodeState } from "../training/boosting/boosting-state.ts";
import type { Ensemble } from "../training/boosting/ensemble.ts";
import type { Split, Tree } from "../training/boosting/tree.ts";
import type { Explainer } from "./explainer.ts";
import { type PathTables, pathTables } from "./path-tables.ts";
import { treeContributions } from "./tree-contributions.ts";

/** Numbers of tables that are kept from one call to the next: 64 MB. Those of other trees are made anew. */
const MOST_KEPT = 8_000_000;

/**
 * The explainer of gradient boosting; its stored form is the model's state.
 *
 * @throws {IntegrityError} if the bytes are none, or a tree is not one.
 */
export function readTreeExplainer(bytes: Uint8Array): Explainer {
  const ensemble = ensembleOf(bytes);
  const { bins, targets, link } = ensemble;
  for (const { trees } of targets) {
    trees.forEach((tree, i) => {
      const wrong = treeFault(tree, bins.length);
      if (wrong) throw new IntegrityError(`stored explainer is damaged: tree ${i} ${wrong}`);
    });
  }
  const tablesOf = keptTables();
  return {
    family: "gradient-boosting",
    inputs: bins.map(({ kind, name }) => ({ kind, name })),
    width: targets.length,
    link,
    contributions: (frame) => treeContributions(ensemble, frame, tablesOf),
  };
}

function ensembleOf(bytes: Uint8Array): Ensemble {
  try {
    return decodeState(bytes);
  } catch (cause) {
    throw new IntegrityError("stored explainer is damaged: it is no state of gradient boosting", {
      cause,
    });
  }
}

/** What keeps a tree from being walked; `undefined` if nothing does. */
function treeFault(tree: Tree, features: number): string | undefined {
  const nodes = tree.splits.length;
  const leaves = nodes + 1;
  const children = [...tree.left, ...tree.right];
  const arrays = [tree.left, tree.right, tree.nodeRows].every((own) => own.length === nodes);
  if (!arrays || tree.leafValues.length !== leaves || tree.leafRows.length !== leaves) {
    return `has ${nodes} splits and not as many children, or not ${leaves} leaves`;
  }
  // Every node but the root and every leaf has one parent that comes before it: no cycle, nothing lost.
  const seen = new Set(children);
  const forward = [...tree.left, ...tree.right].every((child, i) => child < 0 || child > i % nodes);
  const inside = children.every((child) => child < nodes && child >= -leaves);
  if (!inside || !forward || seen.size !== children.length) return "has a child twice or none";
  if (tree.splits.some(({ feature }: Split) => feature >= features)) return "asks for no feature";
  const rows = [...tree.nodeRows, ...tree.leafRows];
  return rows.every((count) => count > 0) ? undefined : "has a node without rows";
}

function keptTables(): (tree: Tree) => PathTables {
  const kept = new Map<Tree, PathTables>();
  let size = 0;
  return (tree) => {
    const known = kept.get(tree);
    if (known) return known;
    const tables = pathTables(tree);
    size += tables.factors.length * 2;
    if (size <= MOST_KEPT) kept.set(tree, tables);
    return tables;
  };
}
