import { type BinnedRows, placeOf } from "./binned-rows.ts";

/** Sends numbers up to `border` to the left. */
export interface NumberSplit {
  readonly kind: "number";
  readonly feature: number;
  readonly gain: number;
  /** Last bin that goes left. */
  readonly lastLeftBin: number;
  readonly missingGoesLeft: boolean;
}

/** Sends members to the left; everything else, missing and unknown too, goes right. */
export interface CategorySplit {
  readonly kind: "category";
  readonly feature: number;
  readonly gain: number;
  /** Bins, ascending. */
  readonly members: readonly number[];
}

export type Split = NumberSplit | CategorySplit;

/** A binary tree. A child is a node's index, or `~leaf` for a leaf. Node 0 is the root. */
export interface Tree {
  /** Shape [leaves - 1]. */
  readonly splits: readonly Split[];
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Eight words a node: bit `bin` is set where the bin goes left. */
  readonly goesLeft: Uint32Array;
  /** What each leaf adds to the score, shape [leaves]. */
  readonly leafValues: Float64Array;
  /** Rows that came by in training, of those the tree was grown on: shape [leaves - 1]. */
  readonly nodeRows: Float64Array;
  /** Rows that ended there in training, shape [leaves]. */
  readonly leafRows: Float64Array;
}

/** The trees of one score, and what it is before any of them. */
export interface TargetTrees {
  readonly baseScore: number;
  readonly trees: readonly Tree[];
}

/** Words of a node in `goesLeft`. */
export const MASK_WORDS = 8;

/** The bits of one node. */
export function maskOf({ goesLeft }: Pick<Tree, "goesLeft">, node: number): Uint32Array {
  return goesLeft.subarray(node * MASK_WORDS, (node + 1) * MASK_WORDS);
}

/** Sets the bits of the bins that a split sends to the left. */
export function fillMask(split: Split, goesLeft: Uint32Array, node: number): void {
  const set = (bin: number) => {
    const word = node * MASK_WORDS + (bin >>> 5);
    goesLeft[word] = (goesLeft[word] as number) | (1 << (bin & 31));
  };
  if (split.kind === "category") split.members.forEach(set);
  else {
    if (split.missingGoesLeft) set(0);
    for (let bin = 1; bin <= split.lastLeftBin; bin++) set(bin);
  }
}

/** Adds the tree's value for each row to that row's score, shape [rows]. */
export function addTree(tree: Tree, { rows, words }: BinnedRows, scores: Float64Array): void {
  const { left, right, goesLeft, leafValues } = tree;
  const nodes = tree.splits.length;
  const bases = new Int32Array(nodes);
  const shifts = new Int32Array(nodes);
  tree.splits.forEach(({ feature }, node) => {
    const { base, shift } = placeOf(feature, rows);
    bases[node] = base;
    shifts[node] = shift;
  });
  for (let row = 0; row < rows; row++) {
    let node = 0;
    do {
      const word = words[(bases[node] as number) + row] as number;
      const bin = (word >>> (shifts[node] as number)) & 255;
      const mask = goesLeft[(node << 3) + (bin >>> 5)] as number;
      node = ((mask >>> (bin & 31)) & 1 ? left[node] : right[node]) as number;
    } while (node >= 0);
    scores[row] = (scores[row] as number) + (leafValues[~node] as number);
  }
}
