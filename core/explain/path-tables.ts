import type { Tree } from "../training/boosting/tree.ts";
import { gaussLegendre } from "./gauss-legendre.ts";
import { type Edge, edgesOf } from "./path-edges.ts";

/**
 * What a tree's contributions need at each edge, whatever the row.
 *
 * For the features of a path let z be the share of training rows that go along it and o be 1 where the
 * row goes along it, else 0. The Shapley value of feature i at a leaf of value v is
 *
 *   v (o_i - z_i) * integral over t in 0..1 of the product over j != i of (z_j (1 - t) + o_j t)
 *
 * because the Shapley weight k! (m - 1 - k)! / m! is the integral of t^k (1 - t)^(m - 1 - k). The
 * product is a polynomial of degree m - 1 in t, so ceil(m / 2) points of a quadrature give it exactly.
 * At each point an edge only multiplies the product, by a number that depends on o alone.
 */
export interface PathTables {
  readonly points: number;
  /** By edge, shape [edges]. */
  readonly node: Int32Array;
  readonly isLeft: Uint8Array;
  readonly feature: Int32Array;
  /** Slot of the node above: 0 for the root, else its edge + 1. */
  readonly parentSlot: Int32Array;
  readonly previous: Int32Array;
  /** Edge to the right child of where it ends (its left one is the next edge); 0 for a leaf. */
  readonly right: Int32Array;
  /**
   * What an edge multiplies the product by: shape [edges * 3 * points]. The three: the row has left the
   * feature's path before, leaves it here, is still on it. Edges to a leaf multiply by its value too.
   */
  readonly factors: Float64Array;
  /** What the sum of all leaves below adds to the feature's contribution; the same shape. */
  readonly shares: Float64Array;
  /** Mean of the leaves by rows of training. */
  readonly expected: number;
}

/** Cases of an edge in `factors` and `shares`. */
export const CASES = 3;

export function pathTables(tree: Tree): PathTables {
  const { edges, mostFeatures } = edgesOf(tree);
  const points = Math.ceil(mostFeatures / 2);
  const right = new Int32Array(edges.length);
  edges.forEach(({ isLeft, parent }, e) => {
    if (!isLeft && parent >= 0) right[parent] = e;
  });
  const root = tree.nodeRows[0] as number;
  return {
    points,
    right,
    node: Int32Array.from(edges, ({ node }) => node),
    isLeft: Uint8Array.from(edges, ({ isLeft }) => (isLeft ? 1 : 0)),
    feature: Int32Array.from(edges, ({ feature }) => feature),
    parentSlot: Int32Array.from(edges, ({ parent }) => parent + 1),
    previous: Int32Array.from(edges, ({ previous }) => previous),
    ...fillTables(edges, tree.leafValues, points),
    expected: tree.leafValues.reduce(
      (sum, value, leaf) => sum + value * ((tree.leafRows[leaf] as number) / root),
      0,
    ),
  };
}

function fillTables(edges: readonly Edge[], leafValues: Float64Array, points: number) {
  const { at, weights } = gaussLegendre(points);
  const factors = new Float64Array(edges.length * CASES * points);
  const shares = new Float64Array(factors.length);
  edges.forEach(({ share: z, previous, leaf }, e) => {
    const before = edges[previous]?.share ?? 1;
    const value = leaf < 0 ? 1 : (leafValues[leaf] as number);
    for (let state = 0; state < CASES; state++) {
      const onBefore = state > 0 ? 1 : 0;
      const on = state > 1 ? 1 : 0;
      for (let k = 0; k < points; k++) {
        const t = at[k] as number;
        const own = z * (1 - t) + on * t;
        const old = before * (1 - t) + onBefore * t;
        const place = (e * CASES + state) * points + k;
        factors[place] = (value * own) / old;
        // The feature's edge above has counted these leaves by its own share already.
        shares[place] = (weights[k] as number) * ((on - z) / own - (onBefore - before) / old);
      }
    }
  });
  return { factors, shares };
}
