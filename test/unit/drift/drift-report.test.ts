import { describe, expect, it } from "vitest";
import { chanceLimit } from "../../../core/drift/chance-limit.ts";
import { columnDrift } from "../../../core/drift/column-drift.ts";
import { baselineCounts, binNames, driftBins } from "../../../core/drift/drift-bins.ts";
import {
  driftedNames,
  driftReport,
  reportWithoutChampion,
} from "../../../core/drift/drift-report.ts";
import type { PredictionCounts } from "../../../core/drift/prediction-counts.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { baseline, categories, evenNumbers } from "./profiles.ts";

const frame = {
  model: "shop",
  createdAt: "2026-01-02T00:00:00.000Z",
  window: { from: "2026-01-01T00:00:00.000Z", until: "2026-01-02T00:00:00.000Z" },
  minPredictions: 200,
  maxPsi: 0.2,
};

/** Counts as the baseline itself has them. */
function unshifted(parts: Partial<PredictionCounts> = {}): PredictionCounts {
  const { features, score } = baseline();
  return {
    predictions: 1_000,
    features: Object.fromEntries(
      Object.entries(features).map(([name, profile]) => [name, baselineCounts(profile)]),
    ),
    score: baselineCounts(score),
    ...parts,
  };
}

describe("driftBins", () => {
  it("gives numbers the baseline's bins, and one for missing", () => {
    const profile = { ...evenNumbers(4, 0, 4), missing: 2, rows: 6 };

    expect(binNames(driftBins(profile))).toEqual(["<= 0", "0 to 1", "1 to 2", "> 2", "(missing)"]);
    expect(baselineCounts(profile)).toEqual([1, 1, 1, 1, 2]);
  });

  it("names the most frequent strings, and puts others and missing into one bin each", () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`c${i}`, 100 - i]));
    const profile = categories(many, 7);

    const names = binNames(driftBins(profile));

    expect(names).toHaveLength(22);
    expect(names.slice(0, 2)).toEqual(["c0", "c1"]);
    expect(names.slice(-2)).toEqual(["(other)", "(missing)"]);
    // c20 to c29 are 80 down to 71.
    expect(baselineCounts(profile).slice(-2)).toEqual([755, 7]);
    expect(baselineCounts(profile).reduce((sum, count) => sum + count)).toBe(profile.rows);
  });

  it("has one bin for any number of a constant column", () => {
    expect(binNames(driftBins(evenNumbers(5, 3, 3)))).toEqual(["(any number)", "(missing)"]);
  });
});

describe("columnDrift", () => {
  const town = categories({ Bonn: 500, Ulm: 500 });

  it("equals the hand-computed index, without bins that are empty on both sides", () => {
    const drift = columnDrift("town", town, [700, 300, 0, 0], 0.1);

    // Smoothed shares (500.5/1001 = 0.5, 700.5/1001 and 300.5/1001): 0.1998 * ln(700.5/300.5)
    expect(drift.psi).toBeCloseTo(0.16908, 4);
    expect(drift.hasDrifted).toBe(true);
    expect(drift.bins).toContainEqual({ bin: "(other)", baseline: 0, window: 0 });
  });

  it("has drifted where the index reaches the limit, and not beyond only", () => {
    const { psi } = columnDrift("town", town, [700, 300, 0, 0], 9);

    expect(columnDrift("town", town, [700, 300, 0, 0], psi).hasDrifted).toBe(true);
    expect(columnDrift("town", town, [700, 300, 0, 0], psi + 1e-12).hasDrifted).toBe(false);
  });

  it("blames chance by the bins that hold rows, of which two are the least", () => {
    const one = columnDrift("one", categories({ only: 1_000 }), [500, 0, 0], 0.2);

    expect(columnDrift("town", town, [700, 300, 0, 0], 0.1).chanceLimit).toBe(
      chanceLimit(2, 1_000, 1_000),
    );
    expect(columnDrift("town", town, [700, 200, 100, 0], 0.1).chanceLimit).toBe(
      chanceLimit(3, 1_000, 1_000),
    );
    expect(one.chanceLimit).toBe(chanceLimit(2, 1_000, 500));
  });

  it("counts new strings as other, and sees them", () => {
    expect(columnDrift("town", town, [400, 400, 200, 0], 0.2).hasDrifted).toBe(true);
  });

  it("sees values that go missing", () => {
    expect(columnDrift("age", evenNumbers(4, 0, 4), [1, 1, 1, 1, 400], 0.2).hasDrifted).toBe(true);
  });

  it("blames chance for a large index of a small window", () => {
    const drift = columnDrift("town", town, [7, 3, 0, 0], 0.1);

    expect(drift.psi).toBeGreaterThan(0.1);
    expect(drift.psi).toBeLessThan(drift.chanceLimit);
    expect(drift.hasDrifted).toBe(false);
  });

  it("is 0 where one bin holds everything on both sides", () => {
    expect(columnDrift("one", categories({ only: 9 }), [5, 0, 0], 0.2).psi).toBe(0);
  });

  it("fails on counts in other bins", () => {
    expect(() => columnDrift("town", town, [1, 2], 0.2)).toThrow(InvalidInputError);
  });
});

describe("driftReport", () => {
  it("is stable where nothing moved", () => {
    const report = driftReport(frame, 4, baseline(), unshifted());

    expect(report).toMatchObject({ verdict: "stable", version: 4, predictions: 1_000 });
    expect(report.columns.map(({ name, psi }) => [name, psi])).toEqual([
      ["age", 0],
      ["score", 0],
      ["town", 0],
    ]);
    expect(driftedNames(report)).toEqual([]);
  });

  it("is drifted where a feature or the score moved, and names the worst first", () => {
    const { features, score } = unshifted();
    const counts = unshifted({
      features: { ...features, town: [100, 900, 0, 0] },
      score: score.map((_, bin) => (bin === 0 ? 1_000 : 0)),
    });

    const report = driftReport(frame, 4, baseline(), counts);

    expect(report.verdict).toBe("drifted");
    expect(driftedNames(report)).toEqual(["score", "town"]);
    expect(report.columns.map(({ name }) => name)).toEqual(["score", "town", "age"]);
  });

  it("is stable below the definition's limit, so the limit matters", () => {
    const counts = unshifted({
      features: { ...unshifted().features, town: [100, 900, 0, 0] },
    });

    expect(driftReport({ ...frame, maxPsi: 9 }, 4, baseline(), counts).verdict).toBe("stable");
  });

  it("gives no verdict on too few predictions, but shows them", () => {
    const report = driftReport(frame, 4, baseline(), {
      predictions: 199,
      features: { age: [199, ...new Array(20).fill(0)], town: [0, 0, 199, 0] },
      score: [199, ...new Array(20).fill(0)],
    });

    expect(report.verdict).toBe("not-enough-data");
    expect(report.columns).toHaveLength(3);
    expect(driftedNames(report)).toEqual([]);
  });

  it("gives a verdict from exactly as many predictions as the definition asks for", () => {
    const report = driftReport(frame, 4, baseline(), unshifted({ predictions: 200 }));

    expect(report.verdict).toBe("stable");
  });

  it("has no columns without traffic", () => {
    const report = driftReport(frame, 4, baseline(), unshifted({ predictions: 0 }));

    expect(report).toMatchObject({ verdict: "not-enough-data", columns: [] });
  });

  it("tells a feature called score from the score", () => {
    const features = { score: categories({ low: 5, high: 5 }) };
    const counts = unshifted({ features: { score: [5, 5, 0, 0] } });

    const { columns } = driftReport(frame, 4, baseline({ features }), counts);

    expect(columns.map(({ name }) => name).toSorted()).toEqual(["feature_score", "score"]);
  });

  describe("of a model of several classes", () => {
    const predictedClass = categories({ red: 600, blue: 400 });

    it("watches the predicted class beside the score", () => {
      const counts = unshifted({ predictedClass: [300, 700, 0, 0] });

      const report = driftReport(frame, 4, baseline({ predictedClass }), counts);

      expect(driftedNames(report)).toEqual(["predictedClass"]);
      const [found] = report.columns;
      // Smoothed shares (600.5, 400.5 and 300.5, 700.5 of 1001): 300/1001 * ln(600.5 * 700.5 / (400.5 * 300.5))
      expect(found?.psi).toBeCloseTo(
        (300 / 1_001) * Math.log((600.5 * 700.5) / (400.5 * 300.5)),
        12,
      );
      expect(found?.bins.map(({ bin }) => bin)).toEqual(["red", "blue", "(other)", "(missing)"]);
    });

    it("is stable where each class is predicted as often", () => {
      const counts = unshifted({ predictedClass: [600, 400, 0, 0] });

      const report = driftReport(frame, 4, baseline({ predictedClass }), counts);

      expect(report.verdict).toBe("stable");
      expect(report.columns.map(({ name }) => name)).toContain("predictedClass");
    });

    it("tells a feature called predictedClass from it", () => {
      const features = { predictedClass: categories({ low: 5, high: 5 }) };
      const counts = unshifted({
        features: { predictedClass: [5, 5, 0, 0] },
        predictedClass: [600, 400, 0, 0],
      });

      const { columns } = driftReport(frame, 4, baseline({ features, predictedClass }), counts);

      expect(columns.map(({ name }) => name).toSorted()).toEqual([
        "feature_predictedClass",
        "predictedClass",
        "score",
      ]);
    });

    it("fails on counts that lack it", () => {
      expect(() => driftReport(frame, 4, baseline({ predictedClass }), unshifted())).toThrow(
        /predictedClass has 4 bins in its baseline and 0 in the window/,
      );
    });
  });

  it("fails on counts that lack a feature of the baseline", () => {
    const { town: _lost, ...features } = unshifted().features;

    expect(() => driftReport(frame, 4, baseline(), unshifted({ features }))).toThrow(
      /town has 4 bins in its baseline and 0 in the window/,
    );
  });

  it("says so where there is no champion", () => {
    expect(reportWithoutChampion(frame)).toMatchObject({
      verdict: "no-champion",
      version: null,
      predictions: 0,
    });
  });
});
