import type { LabelledFrame } from "../training-frame.ts";
import type { GrownTree, GrowParameters } from "./grow-tree.ts";
import { percentile } from "./objectives/percentile.ts";
import { type Bounds, UNBOUND } from "./split-search.ts";
import type { Split, Tree } from "./tree.ts";

interface RenewOptions {
  /** Which quantile of the residuals, 0..1. */
  readonly quantile: number;
  readonly order: Uint32Array;
  readonly scores: Float64Array;
  readonly rows: Pick<LabelledFrame, "labels" | "weights">;
  readonly parameters: Pick<GrowParameters, "learningRate" | "monotone">;
}

/**
 * The tree with leaves that go, by the learning rate, to a quantile of their rows' residuals (as
 * LightGBM's RenewTreeOutput). Where features are monotone, values are moved to where they keep to it.
 */
export function renewLeaves(grown: GrownTree, options: RenewOptions): GrownTree {
  const { order, scores, rows, quantile, parameters } = options;
  const { labels, weights } = rows;
  const leafValues = grown.tree.leafValues.map((_value, leaf) => {
    const own = order.subarray(grown.leafBegins[leaf], grown.leafEnds[leaf]);
    const residuals = Float64Array.from(
      own,
      (row) => (labels[row] as number) - (scores[row] as number),
    );
    const pull = weights && Float64Array.from(own, (row) => weights[row] as number);
    return parameters.learningRate * percentile(residuals, quantile, pull);
  });
  const tree = { ...grown.tree, leafValues };
  if (parameters.monotone) keepMonotone(tree, parameters.monotone);
  return { ...grown, tree };
}

/**
 * Moves leaf values so that the tree rises or falls with its monotone features: at each such split the
 * middle between the mean values of both sides bounds them, from the root down.
 */
function keepMonotone(tree: Tree, monotone: Int8Array): void {
  const { splits, left, right, leafValues } = tree;
  const keep = (child: number, bounds: Bounds): void => {
    if (child < 0) {
      const value = leafValues[~child] as number;
      leafValues[~child] = Math.min(Math.max(value, bounds.lower), bounds.upper);
      return;
    }
    const sides = [left[child] as number, right[child] as number] as const;
    const direction = monotone[(splits[child] as Split).feature] as number;
    const middle = (meanValue(tree, sides[0]) + meanValue(tree, sides[1])) / 2;
    const between = Math.min(Math.max(middle, bounds.lower), bounds.upper);
    const below = direction === 0 ? bounds : { ...bounds, upper: between };
    const above = direction === 0 ? bounds : { ...bounds, lower: between };
    keep(sides[0], direction < 0 ? above : below);
    keep(sides[1], direction < 0 ? below : above);
  };
  keep(0, UNBOUND);
}

/** Mean value of a subtree's training rows. */
function meanValue(tree: Tree, child: number): number {
  if (child < 0) return tree.leafValues[~child] as number;
  const rowsOf = (of: number) => (of < 0 ? tree.leafRows[~of] : tree.nodeRows[of]) as number;
  const left = tree.left[child] as number;
  const right = tree.right[child] as number;
  const sum = meanValue(tree, left) * rowsOf(left) + meanValue(tree, right) * rowsOf(right);
  return sum / (rowsOf(left) + rowsOf(right));
}
