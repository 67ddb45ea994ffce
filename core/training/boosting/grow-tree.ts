import type { FeatureBins } from "./feature-bins.ts";
import { findSplit } from "./find-split.ts";
import { type HistogramShape, STRIDE } from "./histogram.ts";
import type { HistogramPool } from "./histogram-pool.ts";
import type { BoostingKernels, BoostingRows } from "./kernels/boosting-rows.ts";
import {
  type Bounds,
  type FoundSplit,
  leafValue,
  type SplitParameters,
  type Sums,
  UNBOUND,
} from "./split-search.ts";
import { maskOf, type Tree } from "./tree.ts";
import { treeBuilder } from "./tree-builder.ts";

export interface GrowParameters extends SplitParameters {
  readonly leaves: number;
  /** Most splits on the way to a leaf; 0 is no limit. */
  readonly maxDepth: number;
  readonly learningRate: number;
}

/** What does not change from tree to tree. */
export interface Grower {
  readonly rows: BoostingRows;
  readonly bins: readonly FeatureBins[];
  readonly shape: HistogramShape;
  readonly pool: HistogramPool;
  readonly subtract: BoostingKernels["subtract"];
  readonly parameters: GrowParameters;
}

/** Features that may split a leaf, by those that split on the way to it. */
export type FeatureChoice = (path: readonly number[]) => readonly number[];

/** Where a leaf lies: rows at order[begin..end), and what the splits above leave to it. */
interface Place {
  readonly begin: number;
  readonly end: number;
  /** Features of the splits above. */
  readonly path: readonly number[];
  /** L2 penalty on its value. */
  readonly l2: number;
  readonly bounds: Bounds;
}

/** A leaf while its tree grows, with the histogram of its rows where there was room. */
interface OpenLeaf extends Place {
  readonly sums: Sums;
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
 * @returns `undefined` if not even the root can be split
 */
export function growTree(
  grower: Grower,
  rowCount: number,
  featuresFor: FeatureChoice,
): GrownTree | undefined {
  const { parameters, pool, rows } = grower;
  const sumUp = (begin: number, end: number, into = pool.take()): Float64Array => {
    rows.sumUp(begin, end, into);
    return into;
  };
  const open = (place: Place, histogram: Float64Array, sums?: Sums) =>
    openLeaf(grower, featuresFor, place, histogram, sums);

  const root = { begin: 0, end: rowCount, path: [], l2: parameters.l2, bounds: UNBOUND };
  const leaves = [open(root, sumUp(0, rowCount))];
  const builder = treeBuilder(parameters.leaves);
  while (leaves.length < parameters.leaves) {
    const at = leafToSplit(leaves);
    if (at === undefined) break;
    const leaf = leaves[at] as OpenLeaf;
    const { split, left } = leaf.best as FoundSplit;
    const node = builder.add(split, at, leaves.length, leaf.sums.rows);
    const goesLeft = maskOf(builder, node);
    const middle = rows.partition(leaf.begin, leaf.end, split.feature, goesLeft);
    const right = difference(leaf.sums, left);
    const leftIsSmaller = middle - leaf.begin <= leaf.end - middle;

    const small = leftIsSmaller ? sumUp(leaf.begin, middle) : sumUp(middle, leaf.end);
    const large =
      leaf.histogram ?? (leftIsSmaller ? sumUp(middle, leaf.end) : sumUp(leaf.begin, middle));
    if (leaf.histogram) grower.subtract(large, small);
    const [leftPlace, rightPlace] = placesOf(leaf, middle, right, parameters);
    leaves[at] = open(leftPlace, leftIsSmaller ? small : large, left);
    leaves.push(open(rightPlace, leftIsSmaller ? large : small, right));
  }
  for (const { histogram } of leaves) if (histogram) pool.giveBack(histogram);
  if (leaves.length === 1) return undefined;

  return {
    tree: {
      ...builder.finish(),
      leafValues: Float64Array.from(
        leaves,
        ({ sums, l2, bounds }) =>
          leafValue(sums, parameters.l1, l2, bounds) * parameters.learningRate,
      ),
      leafRows: Float64Array.from(leaves, ({ sums }) => sums.rows),
    },
    leafBegins: leaves.map(({ begin }) => begin),
    leafEnds: leaves.map(({ end }) => end),
  };
}

function openLeaf(
  { bins, shape, pool, parameters }: Grower,
  featuresFor: FeatureChoice,
  place: Place,
  histogram: Float64Array,
  given?: Sums,
): OpenLeaf {
  const sums = given ?? totals(histogram, bins[0] as FeatureBins);
  const isDeep = parameters.maxDepth > 0 && place.path.length >= parameters.maxDepth;
  const best = isDeep
    ? undefined
    : findSplit(histogram, shape, bins, featuresFor(place.path), sums, place.bounds, parameters);
  const kept = best !== undefined && pool.mayKeep();
  if (!kept) pool.giveBack(histogram);
  return { ...place, sums, best, histogram: kept ? histogram : undefined };
}

/**
 * Places of both children. Where the split's feature is monotone, the middle between their values bounds
 * both, so that whatever is split below them stays on its side (LightGBM's "basic" method).
 */
function placesOf(
  leaf: OpenLeaf,
  middle: number,
  right: Sums,
  { l1, monotone }: GrowParameters,
): readonly [Place, Place] {
  const { split, left, l2 } = leaf.best as FoundSplit;
  const { begin, end, bounds } = leaf;
  const shared = { path: [...leaf.path, split.feature], l2, bounds };
  const both = [
    { ...shared, begin, end: middle },
    { ...shared, begin: middle, end },
  ] as const;
  const direction = monotone?.[split.feature] ?? 0;
  if (direction === 0) return both;
  const between = (leafValue(left, l1, l2, bounds) + leafValue(right, l1, l2, bounds)) / 2;
  const below = { ...bounds, upper: between };
  const above = { ...bounds, lower: between };
  return [
    { ...both[0], bounds: direction > 0 ? below : above },
    { ...both[1], bounds: direction > 0 ? above : below },
  ];
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
