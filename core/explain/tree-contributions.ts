import { type BinnedRows, binRows, placeOf } from "../training/boosting/binned-rows.ts";
import type { FeatureBins } from "../training/boosting/feature-bins.ts";
import type { TargetTrees, Tree } from "../training/boosting/tree.ts";
import type { Frame } from "../training/training-frame.ts";
import { CASES, type PathTables, pathTables } from "./path-tables.ts";

/** What contributions need of an ensemble of trees. */
export interface ExplainedTrees {
  readonly bins: readonly FeatureBins[];
  /** One a score column. */
  readonly targets: readonly TargetTrees[];
}

/**
 * Exact SHAP values of trees along their paths (Lundberg et al. 2020, "From local explanations to global
 * understanding with explainable AI for trees", algorithm 2, `tree_path_dependent`; LightGBM's
 * `pred_contrib`): a feature that is not known goes both ways, as the training rows did. Found by a sum
 * over a few points instead of the algorithm's polynomials (see `PathTables`), so that it takes
 * O(leaves * depth / 2) a tree and row.
 *
 * They add up to the sum of the trees and the base score: of the score before its link is undone (the
 * logarithm, of Poisson and Tweedie), and of each quantile before they are put in order.
 *
 * @param frame has the columns of the bins
 * @param tablesOf where a tree's tables come from; making them takes as long as 30 rows
 * @returns row by row and score by score, shape [rows * targets * (columns + 1)]; last of each is the
 *   expected score
 */
export function treeContributions(
  { bins, targets }: ExplainedTrees,
  frame: Frame,
  tablesOf: (tree: Tree) => PathTables = pathTables,
): Float64Array {
  const binned = binRows(frame, bins);
  const size = bins.length + 1;
  const into = new Float64Array(frame.rows * targets.length * size);
  targets.forEach(({ baseScore, trees }, target) => {
    const stride = targets.length * size;
    const columns = { into, begin: target * size, stride };
    let expected = baseScore;
    for (const tree of trees) {
      const tables = tablesOf(tree);
      addContributions(tree, tables, binned, columns);
      expected += tables.expected;
    }
    for (let row = 0; row < frame.rows; row++) {
      into[row * stride + target * size + bins.length] = expected;
    }
  });
  return into;
}

/** Where a score's contributions lie: those of row r begin at `begin + r * stride`. */
interface Columns {
  readonly into: Float64Array;
  readonly begin: number;
  readonly stride: number;
}

/** Adds one tree's contributions to each row. */
function addContributions(tree: Tree, tables: PathTables, binned: BinnedRows, columns: Columns) {
  const { points, node, isLeft, feature, parentSlot, previous, right, factors, shares } = tables;
  const { into, begin, stride } = columns;
  const goesLeft = nodeAnswers(tree, binned);
  const edges = node.length;
  const isOn = new Uint8Array(edges);
  const rowsOf = new Int32Array(edges);
  // Products of the points down to each edge, then sums of the leaves below; slot 0 is the root's.
  const slots = new Float64Array((edges + 1) * points).fill(1, 0, points);
  for (let row = 0; row < binned.rows; row++) {
    const answers = goesLeft(row);
    for (let e = 0; e < edges; e++) {
      const before = previous[e] as number;
      const wasOn = before < 0 ? 1 : (isOn[before] as number);
      const on = wasOn & (answers[node[e] as number] === isLeft[e] ? 1 : 0);
      isOn[e] = on;
      const table = (e * CASES + wasOn + on) * points;
      rowsOf[e] = table;
      const slot = (e + 1) * points;
      const above = (parentSlot[e] as number) * points;
      for (let k = 0; k < points; k++) {
        slots[slot + k] = (slots[above + k] as number) * (factors[table + k] as number);
      }
    }
    const at = begin + row * stride;
    for (let e = edges - 1; e >= 0; e--) {
      const table = rowsOf[e] as number;
      const slot = (e + 1) * points;
      const rightSlot = ((right[e] as number) + 1) * points;
      let sum = 0;
      if (rightSlot > points) {
        for (let k = 0; k < points; k++) {
          const below = (slots[slot + points + k] as number) + (slots[rightSlot + k] as number);
          slots[slot + k] = below;
          sum += below * (shares[table + k] as number);
        }
      } else {
        for (let k = 0; k < points; k++) {
          sum += (slots[slot + k] as number) * (shares[table + k] as number);
        }
      }
      const place = at + (feature[e] as number);
      into[place] = (into[place] as number) + sum;
    }
  }
}

/** For a row: 1 for each node that sends it to the left, shape [leaves - 1]. The array is reused. */
function nodeAnswers(tree: Tree, { rows, words }: BinnedRows): (row: number) => Uint8Array {
  const { goesLeft, splits } = tree;
  const places = splits.map(({ feature }) => placeOf(feature, rows));
  const bases = Int32Array.from(places, ({ base }) => base);
  const shifts = Int32Array.from(places, ({ shift }) => shift);
  const answers = new Uint8Array(splits.length);
  return (row) => {
    for (let node = 0; node < answers.length; node++) {
      const word = words[(bases[node] as number) + row] as number;
      const bin = (word >>> (shifts[node] as number)) & 255;
      const mask = goesLeft[(node << 3) + (bin >>> 5)] as number;
      answers[node] = (mask >>> (bin & 31)) & 1;
    }
    return answers;
  };
}
