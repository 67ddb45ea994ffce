import { describe, expect, it } from "vitest";
import type { Task } from "../../../core/definition/task.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import {
  bootstrapIntervals,
  bootstrapValues,
  quantileOf,
  standardDeviation,
} from "../../../core/evaluation/bootstrap-intervals.ts";
import { measure, measurerOf } from "../../../core/evaluation/measure.ts";
import { normalUpperQuantile } from "../../../core/evaluation/normal-quantile.ts";
import { measuredRows, taskFixtures } from "./task-fixtures.ts";

const binary: Task = { type: "binary" };
const regression: Task = { type: "regression", quantiles: [] };
const ranking: Task = { type: "ranking" };

const sixRows = measuredRows({
  labels: [1, 0, 1, 0, 1, 0],
  predictions: [0.9, 0.8, 0.6, 0.5, 0.3, 0.2],
});

describe("bootstrapIntervals", () => {
  it("agrees with SciPy's percentile interval of a mean", () => {
    const { mae, ...rows } = taskFixtures.bootstrap;

    const found = bootstrapIntervals(regression, measuredRows(rows), { samples: 5_000, seed: 3 });

    // Two bootstraps of their own: ends differ by a few hundredths of a standard error.
    const close = mae.standardError * 0.15;
    expect(Math.abs((found.mae?.low as number) - mae.low)).toBeLessThan(close);
    expect(Math.abs((found.mae?.high as number) - mae.high)).toBeLessThan(close);
    expect(found.mae?.standardError).toBeCloseTo(mae.standardError, 1);
  });

  it("draws each of the 27 samples of three rows as often as it should", () => {
    // Errors 1, 10 and 100: a sum tells how often each row was drawn.
    const rows = measuredRows({ labels: [1, 10, 100], predictions: [0, 0, 0] });
    const options = { samples: 27_000, seed: 5, metrics: ["mae"] } as const;

    const values = bootstrapValues(measurerOf(regression, rows), options).get("mae") as number[];

    const counts = new Map<number, number>();
    for (const value of values) {
      const sum = Math.round(value * 3);
      counts.set(sum, (counts.get(sum) ?? 0) + 1);
    }
    const expected = new Map([3, 30, 300].map((sum) => [sum, 1_000]));
    for (const sum of [12, 21, 102, 201, 120, 210]) expected.set(sum, 3_000);
    expected.set(111, 6_000);
    expect([...counts.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
    const chiSquare = [...expected].reduce(
      (total, [sum, wanted]) => total + ((counts.get(sum) as number) - wanted) ** 2 / wanted,
      0,
    );
    // 9 degrees of freedom: 99.9% of fair draws stay below 27.9.
    expect(chiSquare).toBeLessThan(27.9);
  });

  it("is the same for the same seed, and another for another", () => {
    const options = { samples: 50, seed: 7 };

    const found = bootstrapIntervals(binary, sixRows, options);

    expect(bootstrapIntervals(binary, sixRows, options)).toEqual(found);
    expect(bootstrapIntervals(binary, sixRows, { ...options, seed: 8 })).not.toEqual(found);
  });

  it("is wider at a higher level, and holds what was measured", () => {
    const at = (level: number) =>
      bootstrapIntervals(binary, sixRows, { samples: 400, seed: 1, level }).brier;

    const [narrow, wide] = [at(0.5), at(0.99)];

    expect(wide?.low).toBeLessThan(narrow?.low as number);
    expect(wide?.high).toBeGreaterThan(narrow?.high as number);
    expect(narrow?.standardError).toBe(wide?.standardError);
    expect(bootstrapIntervals(binary, sixRows, { samples: 400, seed: 1 }).brier).toEqual(at(0.95));
  });

  it("counts samples that define the metric: those of one class have no ROC-AUC", () => {
    const samples = 2_000;

    const { rocAuc, brier } = bootstrapIntervals(binary, sixRows, { samples, seed: 1 });

    expect(brier?.samples).toBe(samples);
    // 2 * (1/2)^6 of the samples are of one class.
    expect((rocAuc?.samples as number) / samples).toBeCloseTo(1 - 1 / 32, 2);
  });

  it("has no interval of a metric that no sample defines", () => {
    const rows = measuredRows({ labels: [1, 1], predictions: [0.5, 0.75] });

    const found = bootstrapIntervals(binary, rows, { samples: 10, seed: 1 });

    expect(found).not.toHaveProperty("rocAuc");
    expect(found.prAuc).toMatchObject({ low: 1, high: 1, standardError: 0 });
  });

  it("computes the metrics that are asked for", () => {
    const options = { samples: 10, seed: 1, metrics: ["recall", "rocAuc"] } as const;

    expect(Object.keys(bootstrapIntervals(binary, sixRows, options))).toEqual(["recall", "rocAuc"]);
  });

  it("draws queries of a ranking, whole", () => {
    const rows = measuredRows({
      labels: [1, 0, 0, 1],
      predictions: [2, 1, 2, 1],
      groups: [0, 2, 4],
    });
    const options = { samples: 400, seed: 1, metrics: ["mrr"] } as const;

    const values = bootstrapValues(measurerOf(ranking, rows), options).get("mrr") as number[];

    // Reciprocal ranks 1 and 1/2: both once, or one of them twice.
    expect([...new Set(values)].toSorted()).toEqual([0.5, 0.75, 1]);
    expect(values.filter((value) => value === 0.75).length / 400).toBeCloseTo(0.5, 1);
  });

  it("leaves out samples in which nothing counts", () => {
    const rows = measuredRows({ labels: [1, 5], predictions: [0, 0], weights: [0, 2] });

    const { mae } = bootstrapIntervals(regression, rows, { samples: 400, seed: 1 });

    expect(mae).toMatchObject({ low: 5, high: 5 });
    // A quarter of the samples is the first row twice.
    expect((mae?.samples as number) / 400).toBeCloseTo(0.75, 1);
  });

  it("comes to much the same interval from a part of many rows", () => {
    const count = 4_000;
    const labels = Array.from({ length: count }, (_, row) => ((row * 7919) % 1_000) / 100);
    const rows = measuredRows({ labels, predictions: labels.map(() => 5) });
    const options = { samples: 400, seed: 1, metrics: ["mae"] } as const;

    const whole = bootstrapIntervals(regression, rows, options).mae;
    const part = bootstrapIntervals(regression, rows, { ...options, mostPredictions: 1_000 }).mae;

    expect(part).not.toEqual(whole);
    const centre = ((part?.low as number) + (part?.high as number)) / 2;
    expect(centre).toBeCloseTo(measure(regression, rows).mae as number, 2);
    expect((part?.standardError as number) / (whole?.standardError as number)).toBeCloseTo(1, 0);
    expect(
      bootstrapIntervals(regression, rows, { ...options, mostPredictions: count }).mae,
    ).toEqual(whole);
  });

  it("has no interval of what the part, or only the part, does not define", () => {
    const labels = new Array<number>(200).fill(0).fill(1, 0, 1);
    const rows = measuredRows({ labels, predictions: labels.map((_, row) => row / 200) });
    const options = { samples: 20, seed: 1, mostPredictions: 4 };

    expect(bootstrapIntervals(binary, rows, options)).not.toHaveProperty("rocAuc");
    expect(bootstrapIntervals(binary, rows, options)).toHaveProperty("brier");
  });

  it("draws a part of whole queries, at least two", () => {
    const rows = measuredRows({
      labels: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      predictions: [3, 2, 1, 3, 2, 1, 3, 2, 1],
      groups: [0, 3, 6, 9],
    });

    const found = bootstrapIntervals(ranking, rows, { samples: 20, seed: 1, mostPredictions: 1 });

    expect(found.mrr?.samples).toBe(20);
    // One query alone would not scatter.
    expect(found.mrr?.standardError).toBeGreaterThan(0);
  });

  it.each([
    ["a single sample", { samples: 1, seed: 1 }],
    ["samples that are NaN", { samples: Number.NaN, seed: 1 }],
    ["a level of 0", { samples: 10, seed: 1, level: 0 }],
    ["a level of 1", { samples: 10, seed: 1, level: 1 }],
  ])("fails on %s", (_name, options) => {
    expect(() => bootstrapIntervals(binary, sixRows, options)).toThrow(InvalidInputError);
  });
});

describe("quantileOf and standardDeviation", () => {
  it("find what numpy finds", () => {
    const { values, quantiles, standardDeviation: wanted } = taskFixtures.percentiles;
    const sorted = Float64Array.from(values).sort();

    for (const { share, value } of quantiles)
      expect(quantileOf(sorted, share)).toBeCloseTo(value, 12);
    expect(standardDeviation(values)).toBeCloseTo(wanted, 12);
  });
});

describe("normalUpperQuantile", () => {
  it.each(taskFixtures.normalUpperQuantiles)("is SciPy's at $probability", (wanted) => {
    const found = normalUpperQuantile(wanted.probability);

    expect(Math.abs(found - wanted.value)).toBeLessThan(4.5e-4);
    expect(found).toBeGreaterThanOrEqual(0);
  });
});
