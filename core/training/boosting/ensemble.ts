import type { Frame } from "../training-frame.ts";
import { binRows } from "./binned-rows.ts";
import type { FeatureBins } from "./feature-bins.ts";
import type { Objective } from "./objectives/objective.ts";
import { addTree, type TargetTrees } from "./tree.ts";

/** Trees that are trained: what a model of gradient boosting is. */
export interface Ensemble {
  readonly objective: Objective["name"];
  readonly bins: readonly FeatureBins[];
  /** One a score column. */
  readonly targets: readonly TargetTrees[];
  /** Of the columns before the quantiles. */
  readonly link: Objective["link"];
  /** How many of the last columns are quantiles: ascending in every row. */
  readonly quantiles: number;
}

/** Raw scores of a frame with the columns of the bins, row by row: shape [rows * targets]. */
export function ensembleScores(of: Ensemble, frame: Frame): Float64Array {
  const { bins, targets, link, quantiles } = of;
  const { rows } = frame;
  const width = targets.length;
  const binned = binRows(frame, bins);
  const scores = new Float64Array(rows * width);
  targets.forEach(({ baseScore, trees }, target) => {
    const sums = new Float64Array(rows).fill(baseScore);
    for (const tree of trees) addTree(tree, binned, sums);
    const isExp = link === "log" && target < width - quantiles;
    for (let row = 0; row < rows; row++) {
      const sum = sums[row] as number;
      scores[row * width + target] = isExp ? Math.exp(sum) : sum;
    }
  });
  // Each quantile has trees of its own: sorting keeps them from crossing (Chernozhukov et al. 2010).
  for (let end = width; quantiles > 1 && end <= scores.length; end += width) {
    scores.subarray(end - quantiles, end).sort();
  }
  return scores;
}
