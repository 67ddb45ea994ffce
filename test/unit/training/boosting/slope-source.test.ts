import { describe, expect, it } from "vitest";
import { findBins } from "../../../../core/training/boosting/feature-bins.ts";
import { histogramShape } from "../../../../core/training/boosting/histogram.ts";
import { plainRows } from "../../../../core/training/boosting/kernels/plain-rows.ts";
import { squared } from "../../../../core/training/boosting/objectives/regression-losses.ts";
import { givenSource } from "../../../../core/training/boosting/slope-source.ts";
import { frameOf, numbers } from "../frames.ts";

describe("givenSource", () => {
  const frame = {
    ...frameOf([numbers("x", [1, 2, 3])], [0, 0, 0]),
    labels: Float64Array.of(1, 2, 4),
  };
  const bins = frame.columns.map((column) => findBins(column, 255));
  const shape = histogramShape(bins);
  const kernels = plainRows({
    ...{ train: frame, validation: frame, bins, shape, histograms: 1 },
    ...{ targets: 2, slopes: "given" },
  });

  it("hands slopes over as often as each row counts, by its own scores", () => {
    kernels.train.scores[1]?.set([5, 5, 5]);
    kernels.held.scores[1]?.set([3, 3, 3]);
    const source = givenSource(squared, kernels, frame, frame, 1);
    const histogram = kernels.allocate();

    source.hand(source.slopes(), 0, Float64Array.of(1, 3, 0.5));
    kernels.train.enumerate();
    kernels.train.sumUp(0, 3, histogram);

    expect([...kernels.train.gradients]).toEqual([4, 9, 0.5]);
    expect([...kernels.train.hessians]).toEqual([1, 3, 0.5]);
    // Bins 1 to 3, after that of missing values.
    expect([...histogram.subarray(3)]).toEqual([4, 1, 1, 9, 3, 1, 0.5, 0.5, 1]);
    expect(source.trainLoss()).toBeCloseTo((16 + 9 + 1) / 6, 12);
    expect(source.heldLoss()).toBeCloseTo((4 + 1 + 1) / 6, 12);
  });
});
