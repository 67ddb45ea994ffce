import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binRows } from "../../../core/training/boosting/binned-rows.ts";
import { findBins } from "../../../core/training/boosting/feature-bins.ts";
import { type Grower, growTree } from "../../../core/training/boosting/grow-tree.ts";
import {
  buildHistogram,
  histogramShape,
  subtractHistogram,
} from "../../../core/training/boosting/histogram.ts";
import { histogramPool } from "../../../core/training/boosting/histogram-pool.ts";
import { plainRows } from "../../../core/training/boosting/kernels/plain-rows.ts";
import { binOfNumber } from "../../../core/training/boosting/number-bins.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { frameOf, numbers, shares, shops } from "./frames.ts";

describe("buildHistogram", () => {
  it("sums up what a loop over rows does, for any number of features", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(), (features, seed) => {
        const next = shares(seed);
        const rows = 50;
        const columns = Array.from({ length: features }, (_, f) =>
          numbers(
            `x${f}`,
            Array.from({ length: rows }, () => Math.floor(next() * 5)),
          ),
        );
        const frame = frameOf(columns, new Array(rows).fill(0));
        const bins = columns.map((column) => findBins(column, 255));
        const shape = histogramShape(bins);
        const slopes = Float32Array.from({ length: 2 * rows }, next);
        const range = { rows: Uint32Array.of(3, 7, 8, 20, 49), begin: 1, end: 5 };
        const expected = new Float64Array(shape.length);
        columns.forEach(({ values }, f) => {
          const one = bins[f];
          if (one?.kind !== "number") throw new Error("numbers have bins of numbers");
          for (const row of range.rows.subarray(1)) {
            const bin = binOfNumber(one.borders, values[row] as number);
            const at = (shape.starts[f] as number) + bin * 3;
            [slopes[2 * row], slopes[2 * row + 1], 1].forEach((value, i) => {
              expected[at + i] = (expected[at + i] as number) + (value as number);
            });
          }
        });

        const histogram = new Float64Array(shape.length).fill(99);
        buildHistogram(binRows(frame, bins), range, slopes, shape, histogram);

        expect(histogram).toEqual(expected);
      }),
    );
  });
});

describe("subtractHistogram", () => {
  it("leaves the other child in the parent's place", () => {
    const parent = Float64Array.of(5, 3, 2);

    subtractHistogram(parent, Float64Array.of(1, 1, 2));

    expect([...parent]).toEqual([4, 2, 0]);
  });
});

describe("growTree", () => {
  it("grows the same tree where no histogram may be kept", () => {
    const frame = shops(2_000, 4);
    const grow = (budgetBytes?: number) => {
      const grower = growerOn(frame, budgetBytes);
      const grown = growTree(grower, frame.rows, () => [0, 1, 2, 3]);
      if (!grown) throw new Error("shops have something to split");
      return grown;
    };

    const roomy = grow();

    expect(grow(0)).toEqual(roomy);
    expect(new Set(roomy.tree.leafValues).size).toBeGreaterThan(15);
  });
});

function growerOn(frame: LabelledFrame, budgetBytes?: number): Grower {
  const bins = frame.columns.map((column) => findBins(column, 255));
  const shape = histogramShape(bins);
  const kernels = plainRows({
    train: frame,
    validation: frame,
    bins,
    shape,
    targets: 1,
    slopes: "log-loss",
    histograms: 22,
  });
  kernels.train.fillSlopes();
  kernels.train.enumerate();
  return {
    rows: kernels.train,
    bins,
    shape,
    subtract: kernels.subtract,
    pool: histogramPool(shape.length, kernels.allocate, budgetBytes),
    parameters: {
      leaves: 20,
      learningRate: 1,
      maxDepth: 0,
      l1: 0,
      l2: 1,
      minLeafWeight: 1,
      minLeafRows: 5,
      minGain: 0,
      categoryL2: 10,
      categorySmoothing: 10,
    },
  };
}
