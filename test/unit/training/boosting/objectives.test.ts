import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BoostingObjective,
  boostingParameters,
} from "../../../../core/definition/parameters/boosting.ts";
import { InvalidInputError } from "../../../../core/errors.ts";
import { stepsFor } from "../../../../core/training/boosting/kernels/slope-arithmetic.ts";
import { makeObjective } from "../../../../core/training/boosting/objectives/make-objective.ts";
import type {
  Objective,
  ObjectiveRows,
} from "../../../../core/training/boosting/objectives/objective.ts";
import { percentile } from "../../../../core/training/boosting/objectives/percentile.ts";
import { byTarget, lightgbmWork, OBJECTIVES } from "./lightgbm-fixture.ts";
import { taskFor } from "./train.ts";

function objectiveOf(name: BoostingObjective, parameters: Readonly<Record<string, number>> = {}) {
  return makeObjective(boostingParameters.parse({ objective: name, ...parameters }), taskFor(name));
}

function slopesOf(objective: Objective, rows: ObjectiveRows, scores: Float64Array[], target = 0) {
  const gradients = new Float64Array(rows.rows);
  const hessians = new Float64Array(rows.rows);
  objective.slopesAt(rows, scores)(target, gradients, hessians);
  return { gradients, hessians };
}

const one = (label: number): ObjectiveRows => ({ rows: 1, labels: Float64Array.of(label) });

describe("losses", () => {
  it.each(OBJECTIVES)("of %s equal LightGBM's metric", (name) => {
    const { work, objective, held } = lightgbmWork(name);
    const scores = byTarget(work.scores, objective.targets);
    // LightGBM leaves the half out of the square, and says how good a ranking is.
    const asMetric = (loss: number) =>
      name === "squared" ? 2 * loss : name === "lambdaRank" ? 1 - loss : loss;
    const weights = Float64Array.from(work.weights);

    expect(Math.abs(asMetric(objective.loss(held, scores)) - work.losses.plain)).toBeLessThan(1e-9);
    if (work.losses.weighted === undefined) return;
    const weighted = objective.loss({ ...held, weights }, scores);
    expect(Math.abs(asMetric(weighted) - work.losses.weighted)).toBeLessThan(1e-9);
  });

  it.each(OBJECTIVES)("of %s are NaN for no rows", (name) => {
    const empty = { rows: 0, labels: new Float64Array(), groups: Uint32Array.of(0) };
    const objective = objectiveOf(name);
    const scores = Array.from({ length: objective.targets }, () => new Float64Array());

    expect(objective.loss(empty, scores)).toBeNaN();
  });
});

describe("slopes", () => {
  const score = fc.double({ min: -3, max: 3, noNaN: true });
  const step = 1e-5;

  it.each([
    ["logLoss", fc.constantFrom(0, 1)],
    ["squared", score],
    ["absolute", score],
    ["huber", score],
    ["quantile", score],
    ["poisson", fc.nat(9)],
    ["tweedie", fc.double({ min: 0, max: 9, noNaN: true })],
  ] as const)("of %s are the finite differences of its loss", (name, labels) => {
    const objective = objectiveOf(name, { huberDelta: 0.8, quantile: 0.7, tweediePower: 1.4 });
    fc.assert(
      fc.property(score, labels as fc.Arbitrary<number>, (at, label) => {
        // Corners have no derivative.
        const corners = name === "huber" ? [label - 0.8, label + 0.8] : [label];
        fc.pre(corners.every((corner) => Math.abs(at - corner) > 1e-3));
        const loss = (by: number) => objective.loss(one(label), [Float64Array.of(at + by)]);
        const gradient = (by: number) =>
          slopesOf(objective, one(label), [Float64Array.of(at + by)]).gradients[0] as number;
        const { hessians } = slopesOf(objective, one(label), [Float64Array.of(at)]);

        expect(gradient(0)).toBeCloseTo((loss(step) - loss(-step)) / (2 * step), 5);
        const curvature = (gradient(step) - gradient(-step)) / (2 * step);
        if (["logLoss", "squared", "tweedie"].includes(name))
          expect(hessians[0]).toBeCloseTo(curvature, 5);
        else if (name === "poisson") expect(hessians[0]).toBeCloseTo(curvature * Math.exp(0.7), 4);
        else expect(hessians[0]).toBe(1);
      }),
    );
  });

  it("of softmax are p - y and K / (K - 1) p (1 - p), differences of the loss too", () => {
    fc.assert(
      fc.property(fc.tuple(score, score, score), fc.nat(2), (scores, label) => {
        const objective = objectiveOf("softmax");
        const loss = (target: number, by: number) =>
          objective.loss(
            one(label),
            scores.map((value, k) => Float64Array.of(value + (k === target ? by : 0))),
          );
        scores.forEach((_, target) => {
          const { gradients, hessians } = slopesOf(
            objective,
            one(label),
            scores.map((value) => Float64Array.of(value)),
            target,
          );
          const p = (gradients[0] as number) + (label === target ? 1 : 0);
          const slope = (loss(target, step) - loss(target, -step)) / (2 * step);

          expect(gradients[0]).toBeCloseTo(slope, 5);
          expect(hessians[0]).toBeCloseTo(1.5 * p * (1 - p), 12);
        });
      }),
    );
  });

  it.each(OBJECTIVES)("of %s count a row by its weight", (name) => {
    const { work, objective, held } = lightgbmWork(name);
    const scores = byTarget(work.scores, objective.targets);
    const plain = slopesOf(objective, held, scores);
    const weights = new Float64Array(held.rows).fill(3);
    const heavy = slopesOf(objective, { ...held, weights }, scores);

    expect(plain.gradients.some((gradient) => gradient !== 0)).toBe(true);
    for (const kind of ["gradients", "hessians"] as const) {
      heavy[kind].forEach((value, row) => {
        expect(value).toBeCloseTo(3 * (plain[kind][row] as number), 12);
      });
    }
  });

  it("of two rows of a query are the hand-computed lambdas", () => {
    // Relevant row second: NDCG changes by (1 - 1 / log2(3)) if both change places. Scores differ by 1.
    const rows = {
      ...one(0),
      rows: 2,
      labels: Float64Array.of(0, 1),
      groups: Uint32Array.of(0, 2),
    };
    const change = (1 - 1 / Math.log2(3)) / 1.01;
    const wrong = 1 / (1 + Math.exp(-1));
    const whole = 2 * wrong * change;
    const norm = Math.log2(1 + whole) / whole;

    const { gradients, hessians } = slopesOf(objectiveOf("lambdaRank"), rows, [
      Float64Array.of(1, 0),
    ]);

    expect(gradients[0]).toBeCloseTo(wrong * change * norm, 12);
    expect(gradients[1]).toBeCloseTo(-wrong * change * norm, 12);
    expect(hessians[1]).toBeCloseTo(wrong * (1 - wrong) * change * norm, 12);
  });

  it("of a ranking are none within equal relevance or past the truncation, and sum to 0", () => {
    const groups = Uint32Array.of(0, 3, 6);
    const labels = Float64Array.of(2, 2, 2, 0, 0, 1);
    const scores = [Float64Array.of(3, 1, 2, 5, 4, 3)];

    const cut = slopesOf(
      objectiveOf("lambdaRank", { truncation: 1 }),
      { rows: 6, labels, groups },
      scores,
    );
    const whole = slopesOf(objectiveOf("lambdaRank"), { rows: 6, labels, groups }, scores);

    expect([...cut.gradients.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect(cut.gradients[4]).toBe(0);
    expect(whole.gradients[4]).toBeGreaterThan(0);
    expect(whole.gradients.reduce((a, b) => a + b)).toBeCloseTo(0, 12);
  });

  it.each([1, 5, 64, 65, 1_100])(
    "of a ranking's query of %i rows are by its whole order",
    (rows) => {
      const grade = (row: number) => (row * 7) % 4;
      const score = (row: number) => ((row * 13) % 50) / 10;
      const places = Array.from({ length: rows }, (_, row) => row);
      const gainOf = (ordered: readonly number[]) =>
        ordered.reduce((sum, row, place) => sum + (2 ** grade(row) - 1) / Math.log2(place + 2), 0);
      const byScore = places.toSorted((a, b) => score(b) - score(a) || a - b);
      const best = gainOf(places.toSorted((a, b) => grade(b) - grade(a)));
      const labels = Float64Array.from(places, grade);
      const groups = Uint32Array.of(0, rows, rows + 2);

      const loss = objectiveOf("lambdaRank", { truncation: 2_000 }).loss(
        // The second query's order is right: its loss is 0.
        { rows: rows + 2, labels: Float64Array.of(...labels, 1, 0), groups },
        [Float64Array.of(...places.map(score), 1, 0)],
      );

      // A query without a relevant row has no loss.
      const expected = best === 0 ? 0 : (1 - gainOf(byScore) / best) / 2;
      expect(loss).toBeCloseTo(expected, 12);
    },
  );
});

describe("baseScores", () => {
  const labels = Float64Array.of(0, 1, 1, 6);
  const weights = Float64Array.of(1, 1, 1, 3);

  it.each([
    ["squared", 2, 20 / 6],
    ["huber", 2, 20 / 6],
    ["absolute", 1, 6],
    ["quantile", 1, 6],
    ["poisson", Math.log(2), Math.log(20 / 6)],
    ["tweedie", Math.log(2), Math.log(20 / 6)],
    ["lambdaRank", 0, 0],
  ] as const)("of %s are the best constant", (name, plain, weighted) => {
    const objective = objectiveOf(name);

    expect(objective.baseScores({ rows: 4, labels })[0]).toBeCloseTo(plain, 12);
    expect(objective.baseScores({ rows: 4, labels, weights })[0]).toBeCloseTo(weighted, 12);
  });

  it("of classes are the logarithms of their shares, and finite for a class without rows", () => {
    const two = { rows: 4, labels: Uint8Array.of(0, 1, 1, 1), weights };

    expect([...objectiveOf("softmax").baseScores(two)]).toEqual(
      [1 / 6, 5 / 6, 1e-15].map(Math.log),
    );
    expect(objectiveOf("logLoss").baseScores(two)[0]).toBeCloseTo(Math.log(5), 12);
  });

  it.each([
    ["a class that weighs nothing", "logLoss", [1, 1], /class 0 weigh 0 and of class 1 2/],
    ["a target below 0", "poisson", [1, -2], /row 1 has the target -2/],
    ["targets of 0 only", "tweedie", [0, 0], /every target is 0/],
  ] as const)("fail on %s", (_name, objective, values, message) => {
    const rows = { rows: 2, labels: Float64Array.from(values) };

    expect(() => objectiveOf(objective).baseScores(rows)).toThrow(InvalidInputError);
    expect(() => objectiveOf(objective).baseScores(rows)).toThrow(message);
  });
});

describe("makeObjective", () => {
  it("fails on an objective for another target, and on a ranking without queries", () => {
    const parameters = boostingParameters.parse({ objective: "poisson" });

    expect(() => makeObjective(parameters, { type: "binary" })).toThrow(
      /poisson is for a regression target, and this one is binary/,
    );
    expect(() => objectiveOf("lambdaRank").loss(one(1), [Float64Array.of(0)])).toThrow(
      /needs the query of each row/,
    );
  });

  it.each([
    ["binary", "logLoss"],
    ["multiclass", "softmax"],
    ["regression", "squared"],
    ["ranking", "lambdaRank"],
  ] as const)("makes of a %s target %s where nothing is said", (type, name) => {
    const task = { type, classes: ["a", "b"], quantiles: [] };

    expect(makeObjective(boostingParameters.parse({}), task).name).toBe(name);
  });
});

describe("percentile", () => {
  it("lies between two values in proportion", () => {
    expect(percentile(Float64Array.of(4, 1, 2), 0.5)).toBe(2);
    expect(percentile(Float64Array.of(10, 0), 0.3)).toBeCloseTo(3, 12);
    expect(percentile(Float64Array.of(7), 0.9)).toBe(7);
    expect(percentile(new Float64Array(), 0.9)).toBe(0);
  });

  it("with weights is where the running weight passes the share", () => {
    const values = Float64Array.of(3, 1, 2, 1);

    expect(percentile(values, 0.5, Float64Array.of(1, 1, 1, 1))).toBe(2);
    expect(percentile(values, 0.5, Float64Array.of(9, 1, 1, 1))).toBe(3);
    expect(percentile(values, 0.5, new Float64Array(4))).toBe(0);
  });
});

describe("stepsFor", () => {
  it("keeps rows below 2^30 steps and sums below 2^53, in a power of two", () => {
    const largest = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(largest, fc.integer({ min: 1, max: 2 ** 31 }), (value, rows) => {
        const steps = stepsFor(value, rows);

        expect(Number.isInteger(Math.log2(steps))).toBe(true);
        expect(value * steps).toBeLessThanOrEqual(2 ** 30);
        expect(value * steps * rows).toBeLessThanOrEqual(2 ** 53);
        // As fine as that allows, but for a factor of 4, and what a double can hold.
        if (value > 1e-280) {
          expect(value * steps * 4).toBeGreaterThanOrEqual(Math.min(2 ** 30, 2 ** 52 / rows));
        }
      }),
    );
    expect(stepsFor(0, 5)).toBe(1);
  });
});
