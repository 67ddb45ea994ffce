import type { FeatureBins } from "./feature-bins.ts";
import { findSplit } from "./find-split.ts";
import { type HistogramShape, STRIDE, subtractHistogram } from "./histogram.ts";
import type { HistogramPool } from "./histogram-pool.ts";
import type { BoostingRows } from "./kernels/boosting-rows.ts";
import type { FoundSplit, SplitParameters, Sums } from "./split-search.ts";
import { fillMask, MASK_WORDS, maskOf, type Split, type Tree } from "./tree.ts";

export interface GrowParameters extends SplitParameters {
  readonly leaves: number;
  readonly learningRate: number;
}

/** What does not change from tree to tree. */
export interface Grower {
  readonly rows: BoostingRows;
  readonly bins: readonly FeatureBins[];
  readonly shape: HistogramShape;
  readonly pool: HistogramPool;
  readonly parameters: GrowParameters;
}

/** A leaf while its tree grows: rows at order[begin..end) and, where there was room, their histogram. */
interface OpenLeaf {
  readonly begin: number;
  readonly end: number;
  readonly sums: Sums;
  /** L2 penalty on its value. */
  readonly l2: number;
  readonly histogram: Float64Array | undefined;
  readonly best: FoundSplit | undefined;
}

/** A grown tree, and which rows ended where: leaf i has those at order[leafBegins[i]..leafEnds[i]). */
export interface GrownTree {
  readonly tree: Tree;
  readonly leafBegins: readonly number[];
  readonly leafEnds: readonly number[];
}

/**
 * Grows one tree leaf by leaf, always where the gain is highest. Only the smaller child of a split is
 * summed up; the other one's histogram is the parent's less that.
 *
 * @param rowCount how many rows to grow on: the first ones of the order, ascending; reordered so that
 *   each leaf's lie together
 * @param features that may split
 * @returns `undefined` if not even the root can be split
 */
export function growTree(
  grower: Grower,
  rowCount: number,
  features: readonly number[],
): GrownTree | undefined {
  const { parameters, pool, shape, rows } = grower;
  const open = (
    begin: number,
    end: number,
    sums: Sums | undefined,
    l2: number,
    histogram: Float64Array,
  ): OpenLeaf => {
    const known = sums ?? totals(histogram, grower.bins[0] as FeatureBins);
    const best = findSplit(histogram, shape, grower.bins, features, known, parameters);
    const kept = best !== undefined && pool.mayKeep();
    if (!kept) pool.giveBack(histogram);
    return { begin, end, sums: known, l2, best, histogram: kept ? histogram : undefined };
  };
  const sumUp = (begin: number, end: number, into = pool.take()): Float64Array => {
    rows.sumUp(begin, end, into);
    return into;
  };

  const leaves = [open(0, rowCount, undefined, parameters.l2, sumUp(0, rowCount))];
  const shapeOfTree = treeUnderConstruction(parameters.leaves);
  while (leaves.length < parameters.leaves) {
    const at = leafToSplit(leaves);
    if (at === undefined) break;
    const leaf = leaves[at] as OpenLeaf;
    const { split, left, l2 } = leaf.best as FoundSplit;
    const node = shapeOfTree.add(split, at, leaves.length, leaf.sums.rows);
    const goesLeft = maskOf(shapeOfTree, node);
    const middle = rows.partition(leaf.begin, leaf.end, split.feature, goesLeft);
    const right = difference(leaf.sums, left);
    const leftIsSmaller = middle - leaf.begin <= leaf.end - middle;

    const small = leftIsSmaller ? sumUp(leaf.begin, middle) : sumUp(middle, leaf.end);
    const large =
      leaf.histogram ?? (leftIsSmaller ? sumUp(middle, leaf.end) : sumUp(leaf.begin, middle));
    if (leaf.histogram) subtractHistogram(large, small);
    leaves[at] = open(leaf.begin, middle, left, l2, leftIsSmaller ? small : large);
    leaves.push(open(middle, leaf.end, right, l2, leftIsSmaller ? large : small));
  }
  for (const { histogram } of leaves) if (histogram) pool.giveBack(histogram);
  if (leaves.length === 1) return undefined;

  const leafValues = Float64Array.from(
    leaves,
    ({ sums, l2 }) => (-sums.gradient / (sums.hessian + l2)) * parameters.learningRate,
  );
  return {
    tree: {
      ...shapeOfTree.finish(),
      leafValues,
      leafRows: Float64Array.from(leaves, ({ sums }) => sums.rows),
    },
    leafBegins: leaves.map(({ begin }) => begin),
    leafEnds: leaves.map(({ end }) => end),
  };
}

/** Sums of a leaf from the bins of any one feature: each row is in one of them. */
function totals(histogram: Float64Array, { binCount }: FeatureBins): Sums {
  let gradient = 0;
  let hessian = 0;
  let rows = 0;
  for (let at = 0; at < binCount * STRIDE; at += STRIDE) {
    gradient += histogram[at] as number;
    hessian += histogram[at + 1] as number;
    rows += histogram[at + 2] as number;
  }
  return { gradient, hessian, rows };
}

function difference(whole: Sums, part: Sums): Sums {
  return {
    gradient: whole.gradient - part.gradient,
    hessian: whole.hessian - part.hessian,
    rows: whole.rows - part.rows,
  };
}

function leafToSplit(leaves: readonly OpenLeaf[]): number | undefined {
  let at: number | undefined;
  let highest = 0;
  leaves.forEach(({ best }, i) => {
    if (!best || best.split.gain <= highest) return;
    highest = best.split.gain;
    at = i;
  });
  return at;
}

/** Nodes of a tree as they are added; a new leaf takes the place of a child. */
function treeUnderConstruction(maxLeaves: number) {
  const splits: Split[] = [];
  const left = new Int32Array(maxLeaves - 1);
  const right = new Int32Array(maxLeaves - 1);
  const goesLeft = new Uint32Array((maxLeaves - 1) * MASK_WORDS);
  const nodeRows = new Float64Array(maxLeaves - 1);
  /** For each leaf the entry that points to it: node * 2, + 1 for its right child; -1 for the root. */
  const pointers = new Int32Array(maxLeaves).fill(-1);

  return {
    goesLeft,
    /** Splits a leaf into itself and a new one; gives the new node. */
    add(split: Split, leaf: number, newLeaf: number, rows: number): number {
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
    finish(): Omit<Tree, "leafValues" | "leafRows"> {
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
