import type { FeatureBins } from "./feature-bins.ts";
import type { Tree } from "./tree.ts";

export interface Importance {
  readonly feature: string;
  /** Sum of the gains of its splits. */
  readonly gain: number;
  readonly splits: number;
}

/** What each feature did in the trees, highest gain first, equal gains by the features' order. */
export function featureImportances(
  trees: readonly Tree[],
  bins: readonly FeatureBins[],
): readonly Importance[] {
  const found = bins.map(({ name }) => ({ feature: name, gain: 0, splits: 0 }));
  for (const { splits } of trees) {
    for (const split of splits) {
      const importance = found[split.feature] as (typeof found)[number];
      importance.gain += split.gain;
      importance.splits++;
    }
  }
  return found.sort((a, b) => b.gain - a.gain);
}
