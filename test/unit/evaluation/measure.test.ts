import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { METRICS, type MetricName, metricsOf } from "../../../core/definition/metrics.ts";
import { type Task, widthOf } from "../../../core/definition/task.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { measure } from "../../../core/evaluation/measure.ts";
import type { MeasuredRows } from "../../../core/evaluation/measured-rows.ts";
import { takeMeasured } from "../../../core/evaluation/take-rows.ts";
import { measuredRows, taskFixtures } from "./task-fixtures.ts";

const binary: Task = { type: "binary" };
const multiclass: Task = { type: "multiclass", classes: ["a", "b", "c", "d"] };
const regression: Task = { type: "regression", quantiles: [0.2, 0.8] };
const ranking: Task = { type: "ranking" };

const sixteenth = fc.nat(16).map((n) => n / 16);

/** One unit: a row or, of a ranking, a query, with a whole weight that may be 0. */
interface Unit {
  readonly labels: readonly number[];
  readonly predictions: readonly number[];
  readonly weight: number;
}

function unitsOf(task: Task): fc.Arbitrary<readonly Unit[]> {
  const label = { binary: 1, multiclass: 3, regression: 20, ranking: 4 }[task.type];
  const value = task.type === "binary" || task.type === "multiclass" ? sixteenth : fc.nat(20);
  const width = widthOf(task);
  const unit = fc.integer({ min: 1, max: task.type === "ranking" ? 7 : 1 }).chain((rows) =>
    fc.record({
      labels: fc.array(fc.nat(label), { minLength: rows, maxLength: rows }),
      predictions: fc.array(value, { minLength: rows * width, maxLength: rows * width }),
      weight: fc.nat(3),
    }),
  );
  return fc
    .array(unit, { minLength: 2, maxLength: 25 })
    .filter((units) => units.filter(({ weight }) => weight > 0).length >= 2);
}

function rowsOf(units: readonly Unit[], isWeighted: boolean): MeasuredRows {
  const ends = [0];
  for (const { labels } of units) ends.push((ends.at(-1) as number) + labels.length);
  return {
    ...measuredRows({
      labels: units.flatMap(({ labels }) => labels),
      predictions: units.flatMap(({ predictions }) => predictions),
      ...(isWeighted
        ? { weights: units.flatMap(({ labels, weight }) => labels.map(() => weight)) }
        : {}),
    }),
    groups: Uint32Array.from(ends),
  };
}

function expectClose(
  found: Readonly<Record<string, number>>,
  wanted: Readonly<Record<string, number>>,
): void {
  expect(Object.keys(found)).toEqual(Object.keys(wanted));
  for (const [name, value] of Object.entries(wanted)) {
    const tolerance = 1e-9 * Math.max(1, Math.abs(value));
    expect(Math.abs((found[name] as number) - value), name).toBeLessThanOrEqual(tolerance);
  }
}

describe("measure", () => {
  it.each(taskFixtures.cases)("finds what scikit-learn finds: $name", (given) => {
    const names = Object.keys(given.metrics) as MetricName[];

    expectClose(measure(given.task, measuredRows(given), names), given.metrics);
  });

  it.each([binary, multiclass, regression, ranking])("gives every metric of $type", (task) => {
    const given = taskFixtures.cases.find((other) => other.task.type === task.type);
    if (given === undefined) throw new Error("no case");

    expect(Object.keys(measure(given.task, measuredRows(given)))).toEqual(metricsOf(task.type));
  });

  describe.each([binary, multiclass, regression, ranking])("of $type", (task) => {
    it("counts a row of weight 2 twice, and one of weight 0 not at all", () => {
      fc.assert(
        fc.property(unitsOf(task), (units) => {
          const repeated = units.flatMap((unit) => new Array<Unit>(unit.weight).fill(unit));

          expectClose(measure(task, rowsOf(units, true)), measure(task, rowsOf(repeated, false)));
        }),
      );
    });

    it("does not look at the order of rows, nor at the scale of weights", () => {
      fc.assert(
        fc.property(unitsOf(task), (units) => {
          const rows = rowsOf(units, true);
          const turned = rowsOf(units.toReversed(), true);

          expectClose(
            measure(task, { ...turned, weights: turned.weights?.map((weight) => weight / 7) }),
            measure(task, rows),
          );
        }),
      );
    });

    it("stays within the bounds of its metrics", () => {
      const open: readonly MetricName[] = ["logLoss", "rmse", "mae", "mape", "r2"];
      fc.assert(
        fc.property(unitsOf(task), (units) => {
          for (const [name, value] of Object.entries(measure(task, rowsOf(units, true)))) {
            const isShare = !open.includes(name as MetricName) && !/Absolute|pinball/.test(name);
            expect(value, name).toBeGreaterThanOrEqual(name === "r2" ? -1e30 : 0);
            expect(value, name).toBeLessThanOrEqual(
              isShare || name === "r2" ? 1 + 1e-12 : Number.MAX_VALUE,
            );
          }
        }),
      );
    });

    it("gives the best value of each metric for predictions that are right", () => {
      const labels = [0, 1, 2, 3, 0, 1, 2, 3].map((n) => (task.type === "binary" ? n % 2 : n));
      const predictions = labels.flatMap((label) => {
        if (task.type === "multiclass") return [0, 1, 2, 3].map((own) => (own === label ? 1 : 0));
        return new Array<number>(widthOf(task)).fill(label);
      });

      const metrics = measure(task, measuredRows({ labels, predictions, groups: [0, 4, 8] }));

      for (const [name, value] of Object.entries(metrics)) {
        if (name === "quantileCoverageError") continue;
        const best = METRICS[name as MetricName].direction === "higher" ? 1 : 0;
        expect(value, name).toBeCloseTo(best, 6);
      }
    });
  });

  it.each([
    ["no rows", binary, { labels: [], predictions: [] }],
    ["fewer predictions than rows", binary, { labels: [0, 1], predictions: [0.5] }],
    ["a prediction too few", multiclass, { labels: [0], predictions: [0.5, 0.5, 0] }],
    ["a label that is no class", multiclass, { labels: [4], predictions: [0.5, 0.5, 0, 0] }],
    ["half a class", multiclass, { labels: [0.5], predictions: [0.5, 0.5, 0, 0] }],
    ["a class below 0", multiclass, { labels: [-1], predictions: [0.5, 0.5, 0, 0] }],
    ["a probability above 1", multiclass, { labels: [0], predictions: [1.5, 0, 0, 0] }],
    ["a probability below 0", multiclass, { labels: [0], predictions: [1, -0.5, 0, 0] }],
    ["a probability that is NaN", multiclass, { labels: [0], predictions: [1, Number.NaN, 0, 0] }],
    ["a target that is NaN", regression, { labels: [Number.NaN], predictions: [1, 1, 1] }],
    ["an infinite prediction", regression, { labels: [1], predictions: [1, 1, Infinity] }],
    ["a relevance above 31", ranking, { labels: [32], predictions: [1], groups: [0, 1] }],
    ["a relevance below 0", ranking, { labels: [-1], predictions: [1], groups: [0, 1] }],
    ["half a relevance", ranking, { labels: [0.5], predictions: [1], groups: [0, 1] }],
    ["a score that is NaN", ranking, { labels: [1], predictions: [Number.NaN], groups: [0, 1] }],
    ["a ranking without queries", ranking, { labels: [1], predictions: [1] }],
    [
      "queries that end too early",
      ranking,
      { labels: [1, 0], predictions: [1, 2], groups: [0, 1] },
    ],
    ["queries that begin late", ranking, { labels: [1, 0], predictions: [1, 2], groups: [1, 2] }],
    ["an empty query", ranking, { labels: [1, 0], predictions: [1, 2], groups: [0, 1, 1, 2] }],
    ["a weight too few", binary, { labels: [0, 1], predictions: [0.5, 0.5], weights: [1] }],
    ["a negative weight", binary, { labels: [0, 1], predictions: [0.5, 0.5], weights: [1, -1] }],
    ["a weight that is NaN", regression, { labels: [1], predictions: [1, 1, 1], weights: [NaN] }],
    ["an infinite weight", binary, { labels: [1], predictions: [1], weights: [Infinity] }],
    [
      "weights that are all 0",
      binary,
      { labels: [0, 1], predictions: [0.5, 0.5], weights: [0, 0] },
    ],
  ] as const)("fails on %s", (_name, task, given) => {
    expect(() => measure(task, measuredRows(given))).toThrow(InvalidInputError);
  });

  it("names the row and what is allowed there", () => {
    const rows = measuredRows({ labels: [0, 1], predictions: [1, 0, 0, 0, 0, 2, 0, 0] });

    expect(() => measure(multiclass, rows)).toThrow("prediction of row 1 must be in 0..1, got 2");
  });
});

describe("measure, binary", () => {
  it("equals the hand-computed values of three weighted rows", () => {
    const rows = measuredRows({
      labels: [1, 0, 1],
      predictions: [0.75, 0.5, 0.25],
      weights: [3, 2, 1],
      threshold: 0.5,
    });

    const metrics = measure(binary, rows);

    // Of the weight of pairs 4 * 2, those with the row of weight 3 are in order.
    expect(metrics.rocAuc).toBe(6 / 8);
    // (3 * 0.0625 + 2 * 0.25 + 1 * 0.5625) / 6
    expect(metrics.brier).toBeCloseTo(1.25 / 6, 12);
    expect(metrics).toMatchObject({ accuracy: 0.5, precision: 3 / 5, recall: 3 / 4 });
    // Three bins of one row: (3 * 0.25 + 2 * 0.5 + 1 * 0.75) / 6
    expect(metrics.calibrationError).toBeCloseTo(2.5 / 6, 12);
  });

  it("takes 0.5 for the threshold where none is given", () => {
    const given = { labels: [1, 0], predictions: [0.5, 0.25] };

    expect(measure(binary, measuredRows(given)).accuracy).toBe(1);
    expect(measure(binary, measuredRows({ ...given, threshold: 0.6 })).accuracy).toBe(0.5);
  });

  it("is not defined by rows of one class, and defines a single row as far as it goes", () => {
    const single = measure(binary, measuredRows({ labels: [1], predictions: [0.75] }));

    expect(single).not.toHaveProperty("rocAuc");
    expect(single).toMatchObject({ prAuc: 1, accuracy: 1, calibrationError: 0.25 });
  });

  it("does not see rows of weight 0, not even first in the order", () => {
    const rows = measuredRows({
      labels: [0, 1, 0, 1],
      predictions: [0.9, 0.8, 0.3, 0.1],
      weights: [0, 1, 1, 0],
    });

    expect(measure(binary, rows)).toMatchObject({ rocAuc: 1, prAuc: 1 });
  });
});

describe("measure, multiclass", () => {
  it("predicts the first of equally probable classes, and ranks the label after those before it", () => {
    const even = [0.25, 0.25, 0.25, 0.25];
    const metricsFor = (label: number) =>
      measure(multiclass, measuredRows({ labels: [label], predictions: even }));

    expect(metricsFor(0)).toMatchObject({ accuracy: 1, topTwoAccuracy: 1 });
    expect(metricsFor(1)).toMatchObject({ accuracy: 0, topTwoAccuracy: 1 });
    expect(metricsFor(2)).toMatchObject({ topTwoAccuracy: 0, topThreeAccuracy: 1 });
    expect(metricsFor(3)).toMatchObject({ topThreeAccuracy: 0 });
    expect(metricsFor(3).logLoss).toBeCloseTo(Math.log(4), 12);
  });

  it.each([
    [2, []],
    [3, ["topTwoAccuracy"]],
    [4, ["topTwoAccuracy", "topThreeAccuracy"]],
  ] as const)("of %i classes has the top-k metrics %j", (count, wanted) => {
    const task: Task = { type: "multiclass", classes: "abcd".slice(0, count).split("") };
    const predictions = new Array<number>(count).fill(1 / count);

    const metrics = measure(task, measuredRows({ labels: [0], predictions }));

    expect(Object.keys(metrics).filter((name) => name.startsWith("top"))).toEqual(wanted);
  });

  it("counts a class that was predicted in vain, not one that nothing was seen of", () => {
    const rows = measuredRows({ labels: [0, 0], predictions: [1, 0, 0, 0, 0.25, 0.75, 0, 0] });

    const metrics = measure(multiclass, rows);

    // Recall 1/2 and 0, F1 2/3 and 0, of two classes seen.
    expect(metrics.macroRecall).toBe(1 / 4);
    expect(metrics.macroF1).toBe(1 / 3);
    expect(metrics.weightedF1).toBe(2 / 3);
  });

  it("has no area under the ROC curve where all rows are of one class", () => {
    const rows = measuredRows({ labels: [2, 2], predictions: [0, 0, 1, 0, 0.5, 0, 0.5, 0] });

    expect(measure(multiclass, rows)).not.toHaveProperty("macroRocAuc");
  });

  it("of two classes agrees with the binary metrics", () => {
    const scores = [0.75, 0.5, 0.25, 0.125, 0.875];
    const labels = [1, 0, 1, 0, 1];
    const two = measure(
      { type: "multiclass", classes: ["no", "yes"] },
      measuredRows({ labels, predictions: scores.flatMap((p) => [1 - p, p]) }),
    );
    const one = measure(binary, measuredRows({ labels, predictions: scores, threshold: 0.501 }));

    expect(two.macroRocAuc).toBe(one.rocAuc);
    expect(two.logLoss).toBeCloseTo(one.logLoss as number, 12);
    expect(two.accuracy).toBe(one.accuracy);
  });
});

describe("measure, regression", () => {
  it("equals the hand-computed values of four rows", () => {
    const rows = measuredRows({
      labels: [1, 2, 4, 8],
      predictions: [2, 2, 6, 4].flatMap((p) => [p, p - 2, p + 1]),
    });

    const metrics = measure(regression, rows);

    expect(metrics.rmse).toBeCloseTo(Math.sqrt((1 + 0 + 4 + 16) / 4), 12);
    expect(metrics).toMatchObject({ mae: 7 / 4, mape: (1 + 0 + 0.5 + 0.5) / 4 });
    expect(metrics.medianAbsoluteError).toBe(1.5);
    // Mean 3.75; spread 2.75^2 + 1.75^2 + 0.25^2 + 4.25^2 = 28.75
    expect(metrics.r2).toBeCloseTo(1 - 21 / 28.75, 12);
    // Errors to p - 2: 1, 2, 0, 6 above: 0.2 * 9; to p + 1: 2, 1, 3 below, 3 above: 0.2 * 6 + 0.8 * 3
    expect(metrics.pinballLoss).toBeCloseTo((1.8 / 4 + 3.6 / 4) / 2, 12);
    // 1 of 4 is at most p - 2, 3 of 4 are at most p + 1
    expect(metrics.quantileCoverageError).toBeCloseTo((0.05 + 0.05) / 2, 12);
  });

  it("has nothing of quantiles without them, and no r2 of a single row", () => {
    const task: Task = { type: "regression", quantiles: [] };

    const metrics = measure(task, measuredRows({ labels: [3], predictions: [5] }));

    expect(metrics).toEqual({ rmse: 2, mae: 2, mape: 2 / 3, medianAbsoluteError: 2 });
  });

  it("sees that targets are constant where their mean is not exact", () => {
    const task: Task = { type: "regression", quantiles: [] };
    const labels = [0.1, 0.1, 0.1];

    expect(measure(task, measuredRows({ labels, predictions: [0.1, 0.1, 0.2] })).r2).toBe(0);
    expect(measure(task, measuredRows({ labels, predictions: labels })).r2).toBe(1);
  });

  it("takes the median of what counts where the last rows weigh nothing", () => {
    const task: Task = { type: "regression", quantiles: [] };
    const rows = { labels: [1, 2, 9], predictions: [0, 0, 0], weights: [1, 1, 0] };

    expect(measure(task, measuredRows(rows)).medianAbsoluteError).toBe(1.5);
  });
});

describe("measure, ranking", () => {
  it("equals the hand-computed values of one query", () => {
    // By score: relevance 0, 2, 0, 1.
    const rows = measuredRows({ labels: [2, 0, 1, 0], predictions: [3, 4, 1, 2], groups: [0, 4] });

    const metrics = measure(ranking, rows);

    const dcg = 3 / Math.log2(3) + 1 / Math.log2(5);
    expect(metrics.ndcg).toBeCloseTo(dcg / (3 + 1 / Math.log2(3)), 12);
    expect(metrics.map).toBe((1 / 2 + 2 / 4) / 2);
    expect(metrics.mrr).toBe(1 / 2);
  });

  it("counts 1 for a query without a relevant row, and for one of a single row", () => {
    const rows = measuredRows({ labels: [0, 0, 3], predictions: [1, 2, 5], groups: [0, 2, 3] });

    expect(measure(ranking, rows)).toEqual({ ndcg: 1, ndcgAt5: 1, ndcgAt10: 1, map: 1, mrr: 1 });
  });

  it("sees k places only", () => {
    const labels = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1];
    const rows = measuredRows({ labels, predictions: labels.map((_, i) => -i), groups: [0, 12] });

    const metrics = measure(ranking, rows);

    expect(metrics.ndcgAt5).toBe(0);
    expect(metrics.ndcgAt10).toBeCloseTo(1 / Math.log2(7) / (1 + 1 / Math.log2(3)), 12);
    expect(metrics.ndcg).toBeGreaterThan(metrics.ndcgAt10 as number);
  });

  it("weighs a query by the mean weight of its rows", () => {
    const rows = measuredRows({
      labels: [1, 0, 0, 1],
      predictions: [2, 1, 2, 1],
      weights: [5, 1, 0, 1],
      groups: [0, 2, 4],
    });

    expect(measure(ranking, rows).mrr).toBeCloseTo((3 * 1 + 0.5 * 0.5) / 3.5, 12);
  });

  it("takes queries out whole", () => {
    const rows = measuredRows({
      labels: [1, 0, 0, 1, 1],
      predictions: [2, 1, 2, 1, 7],
      groups: [0, 2, 4, 5],
    });

    expect(takeMeasured(rows, Uint32Array.of(1, 2))).toMatchObject({
      labels: Float64Array.of(0, 1, 1),
      predictions: Float64Array.of(2, 1, 7),
      groups: Uint32Array.of(0, 2, 3),
    });
  });
});
