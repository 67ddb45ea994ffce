import type { ExplainedTrees } from "../../../core/explain/tree-contributions.ts";
import type { FeatureBins } from "../../../core/training/boosting/feature-bins.ts";
import {
  fillMask,
  MASK_WORDS,
  type Split,
  type Tree,
} from "../../../core/training/boosting/tree.ts";
import type { Frame, FrameColumn } from "../../../core/training/training-frame.ts";
import { numbers, strings } from "../training/frames.ts";

/** A tree as another library dumps it. */
export interface DumpedTree {
  readonly splits: readonly (
    | { readonly feature: number; readonly upTo: number; readonly missingGoesLeft: boolean }
    | { readonly feature: number; readonly members: readonly number[] }
  )[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly leafValues: readonly number[];
  readonly nodeRows: readonly number[];
  readonly leafRows: readonly number[];
}

export interface DumpedEnsemble {
  readonly baseScore?: number;
  readonly targets: readonly (readonly DumpedTree[])[];
  /** Features whose whole numbers are categories. */
  readonly categories: readonly number[];
}

/** Dumped trees as Millrace's: every border is a bin's, and category c is the text of c in bin c + 1. */
export function rebuildTrees(
  { baseScore = 0, targets, categories }: DumpedEnsemble,
  features: number,
): ExplainedTrees {
  const trees = targets.flat();
  const bins = Array.from({ length: features }, (_, feature) =>
    categories.includes(feature) ? categoryBins(feature) : numberBins(trees, feature),
  );
  return {
    bins,
    targets: targets.map((of) => ({ baseScore, trees: of.map((tree) => rebuild(tree, bins)) })),
  };
}

/** Rows as a frame. @param rows row by row, null for missing */
export function rebuildFrame(
  rows: readonly (number | null)[],
  features: number,
  categories: readonly number[],
): Frame {
  const columns = Array.from({ length: features }, (_, feature): FrameColumn => {
    const values = rows.filter((_value, i) => i % features === feature);
    if (!categories.includes(feature)) {
      return numbers(
        `${feature}`,
        values.map((value) => value ?? Number.NaN),
      );
    }
    return strings(
      `${feature}`,
      values.map((value) => (value === null ? null : `${value}`)),
    );
  });
  return { rows: rows.length / features, columns };
}

function numberBins(trees: readonly DumpedTree[], feature: number): FeatureBins {
  const thresholds = trees.flatMap(({ splits }) =>
    splits.flatMap((split) => (split.feature === feature && "upTo" in split ? [split.upTo] : [])),
  );
  const borders = Float32Array.from(new Set(thresholds.map(float32Below))).sort();
  return { kind: "number", name: `${feature}`, binCount: borders.length + 2, borders };
}

function categoryBins(feature: number): FeatureBins {
  const binOf = new Map(Array.from({ length: 20 }, (_, value) => [`${value}`, value + 1]));
  return { kind: "category", name: `${feature}`, binCount: 21, binOf };
}

function rebuild(dumped: DumpedTree, bins: readonly FeatureBins[]): Tree {
  const splits = dumped.splits.map((split): Split => {
    const { feature } = split;
    if ("members" in split) {
      return { kind: "category", feature, gain: 1, members: split.members.map((one) => one + 1) };
    }
    const own = bins[feature];
    const borders = own?.kind === "number" ? own.borders : new Float32Array(0);
    const lastLeftBin = borders.indexOf(float32Below(split.upTo)) + 1;
    return {
      kind: "number",
      feature,
      gain: 1,
      lastLeftBin,
      missingGoesLeft: split.missingGoesLeft,
    };
  });
  const goesLeft = new Uint32Array(splits.length * MASK_WORDS);
  splits.forEach((split, node) => {
    fillMask(split, goesLeft, node);
  });
  return {
    splits,
    goesLeft,
    left: Int32Array.from(dumped.left),
    right: Int32Array.from(dumped.right),
    leafValues: Float64Array.from(dumped.leafValues),
    nodeRows: Float64Array.from(dumped.nodeRows),
    leafRows: Float64Array.from(dumped.leafRows),
  };
}

/** The largest float32 that is not above a number: float32 values compare with both alike. */
function float32Below(value: number): number {
  const nearest = Float32Array.of(value);
  if ((nearest[0] as number) <= value) return nearest[0] as number;
  const bits = new Int32Array(nearest.buffer);
  bits[0] = (bits[0] as number) + ((nearest[0] as number) > 0 ? -1 : 1);
  return nearest[0] as number;
}
