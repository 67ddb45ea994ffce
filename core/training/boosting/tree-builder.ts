import { fillMask, MASK_WORDS, type Split, type Tree } from "./tree.ts";

/** Nodes of a tree as they are added; a new leaf takes the place of a child. */
export interface TreeBuilder {
  /** Bits of the nodes so far. */
  readonly goesLeft: Uint32Array;
  /** Splits a leaf of so many rows into itself and a new one; gives the new node. */
  add(split: Split, leaf: number, newLeaf: number, rows: number): number;
  finish(): Omit<Tree, "leafValues" | "leafRows">;
}

export function treeBuilder(maxLeaves: number): TreeBuilder {
  const splits: Split[] = [];
  const left = new Int32Array(maxLeaves - 1);
  const right = new Int32Array(maxLeaves - 1);
  const goesLeft = new Uint32Array((maxLeaves - 1) * MASK_WORDS);
  const nodeRows = new Float64Array(maxLeaves - 1);
  /** For each leaf the entry that points to it: node * 2, + 1 for its right child; -1 for the root. */
  const pointers = new Int32Array(maxLeaves).fill(-1);

  return {
    goesLeft,
    add(split, leaf, newLeaf, rows) {
      const node = splits.push(split) - 1;
      nodeRows[node] = rows;
      const pointer = pointers[leaf] as number;
      if (pointer >= 0) (pointer & 1 ? right : left)[pointer >> 1] = node;
      left[node] = ~leaf;
      right[node] = ~newLeaf;
      pointers[leaf] = node * 2;
      pointers[newLeaf] = node * 2 + 1;
      fillMask(split, goesLeft, node);
      return node;
    },
    finish() {
      const nodes = splits.length;
      return {
        splits,
        left: left.slice(0, nodes),
        right: right.slice(0, nodes),
        goesLeft: goesLeft.slice(0, nodes * MASK_WORDS),
        nodeRows: nodeRows.slice(0, nodes),
      };
    },
  };
}
