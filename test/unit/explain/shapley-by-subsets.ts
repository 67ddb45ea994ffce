import { binRows, placeOf } from "../../../core/training/boosting/binned-rows.ts";
import type { FeatureBins } from "../../../core/training/boosting/feature-bins.ts";
import { maskOf, type Split, type Tree } from "../../../core/training/boosting/tree.ts";
import type { Frame } from "../../../core/training/training-frame.ts";

/**
 * Shapley values by their definition, over all subsets of features: for tiny trees. Features that are not
 * in a subset go both ways, as the training rows did.
 *
 * @returns one a feature, and last the value of the empty subset
 */
export function shapleyBySubsets(
  tree: Tree,
  bins: readonly FeatureBins[],
  frame: Frame,
  row: number,
): readonly number[] {
  const features = bins.length;
  const answers = answersOf(tree, bins, frame, row);
  const worth = (subset: number, node = 0): number => {
    if (node < 0) return tree.leafValues[~node] as number;
    const left = tree.left[node] as number;
    const right = tree.right[node] as number;
    if ((subset >> (tree.splits[node] as Split).feature) & 1) {
      return worth(subset, answers[node] ? left : right);
    }
    const [rowsLeft, rowsRight] = [rowsOf(tree, left), rowsOf(tree, right)];
    const both = rowsLeft * worth(subset, left) + rowsRight * worth(subset, right);
    return both / (rowsLeft + rowsRight);
  };
  const values = Array.from({ length: features }, (_, feature) => {
    let value = 0;
    for (let subset = 0; subset < 1 << features; subset++) {
      if ((subset >> feature) & 1) continue;
      const size = subset.toString(2).replaceAll("0", "").length;
      const orders = factorial(size) * factorial(features - size - 1);
      const gain = worth(subset | (1 << feature)) - worth(subset);
      value += (orders / factorial(features)) * gain;
    }
    return value;
  });
  return [...values, worth(0)];
}

function answersOf(tree: Tree, bins: readonly FeatureBins[], frame: Frame, row: number) {
  const { words, rows } = binRows(frame, bins);
  return tree.splits.map(({ feature }, node) => {
    const { base, shift } = placeOf(feature, rows);
    const bin = ((words[base + row] as number) >>> shift) & 255;
    return (((maskOf(tree, node)[bin >>> 5] as number) >>> (bin & 31)) & 1) === 1;
  });
}

const rowsOf = (tree: Tree, child: number) =>
  (child < 0 ? tree.leafRows[~child] : tree.nodeRows[child]) as number;

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));
