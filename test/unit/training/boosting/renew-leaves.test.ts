import { describe, expect, it } from "vitest";
import { renewLeaves } from "../../../../core/training/boosting/renew-leaves.ts";
import type { Tree } from "../../../../core/training/boosting/tree.ts";

const split = (feature: number) =>
  ({ kind: "number", feature, gain: 1, lastLeftBin: 1, missingGoesLeft: true }) as const;

/** x parts leaf 0 (1 row) from y, which parts leaf 1 (3 rows) from leaf 2 (1 row). */
const tree: Tree = {
  splits: [split(0), split(1)],
  left: Int32Array.of(~0, ~1),
  right: Int32Array.of(1, ~2),
  goesLeft: new Uint32Array(16),
  leafValues: new Float64Array(3),
  nodeRows: Float64Array.of(5, 4),
  leafRows: Float64Array.of(1, 3, 1),
};

/** Values of leaves after renewing, where row i has the label i and scores are 0. */
function renewed(labels: readonly number[], options: { monotone?: number[]; weights?: number[] }) {
  const { monotone, weights } = options;
  const grown = { tree, leafBegins: [0, 1, 4], leafEnds: [1, 4, 5] };
  const { tree: of } = renewLeaves(grown, {
    quantile: 0.5,
    order: Uint32Array.of(4, 0, 1, 2, 3),
    scores: new Float64Array(5).fill(1),
    rows: {
      labels: Float64Array.from(labels),
      ...(weights && { weights: Float64Array.from(weights) }),
    },
    parameters: {
      learningRate: 0.5,
      monotone: monotone && Int8Array.from(monotone),
    },
  });
  return [...of.leafValues];
}

describe("renewLeaves", () => {
  const labels = [3, 5, 4, 21, 9];

  it("gives each leaf the median residual of its rows by the learning rate", () => {
    // Residuals: leaf 0 has row 4: 8; leaf 1 has rows 0 to 2: 2, 4, 3; leaf 2 has row 3: 20.
    expect(renewed(labels, {})).toEqual([4, 1.5, 10]);
  });

  it("counts rows by their weights", () => {
    expect(renewed(labels, { weights: [1, 9, 1, 1, 1] })).toEqual([4, 2, 10]);
  });

  it("keeps to directions: the middle between both sides' means bounds them", () => {
    // Left 4; right (1.5 * 3 + 10) / 4 = 3.625; the middle is 3.8125.
    expect(renewed(labels, { monotone: [1, 0] })).toEqual([3.8125, 3.8125, 10]);
    expect(renewed(labels, { monotone: [-1, 0] })).toEqual([4, 1.5, 3.8125]);
    expect(renewed(labels, { monotone: [0, -1] })).toEqual([4, 5.75, 5.75]);
  });
});
