import { describe, expect, it } from "vitest";
import type { BoostingObjective } from "../../../../core/definition/parameters/boosting.ts";
import { InvalidInputError } from "../../../../core/errors.ts";
import type { FrameColumn, LabelledFrame } from "../../../../core/training/training-frame.ts";
import { numbers, shops, strings, withoutRows } from "../frames.ts";
import { lightgbmWork, OBJECTIVES } from "./lightgbm-fixture.ts";
import { boosted, SMALL, taskFor } from "./train.ts";

/** Objectives whose target may be constant. */
const REGRESSION = OBJECTIVES.filter((name) => taskFor(name).type === "regression");

function regression(columns: readonly FrameColumn[], labels: readonly number[]): LabelledFrame {
  return { rows: labels.length, columns, labels: Float64Array.from(labels) };
}

const trained = (objective: BoostingObjective, train: LabelledFrame, more = {}) =>
  boosted({ objective, trees: 5, ...SMALL, ...more }, { task: taskFor(objective), train });

const rising = numbers("x", [1, 2, 3, 4]);

describe.each(REGRESSION)("boosting of %s", (objective) => {
  it("answers a constant target by it, whatever the columns", () => {
    const scores = trained(objective, regression([rising], [3, 3, 3, 3])).scores(
      regression([numbers("x", [0, 9, NaN])], [0, 0, 0]),
    );

    for (const score of scores) expect(score).toBeCloseTo(3, 9);
  });

  it.each([
    ["a constant column", [numbers("x", [5, 5, 5, 5])]],
    ["a column without a value", [numbers("x", [NaN, NaN, NaN, NaN])]],
    ["one category", [strings("s", ["a", "a", "a", "a"])]],
    ["strings all missing", [strings("s", [null, null, null, ""])]],
  ])("answers one value for %s, and it is the best constant", (_name, columns) => {
    const frame = regression(columns, [1, 2, 2, 5]);
    const model = trained(objective, frame);
    const [base] = model.summary.baseScores as [number];
    const expected = ["poisson", "tweedie"].includes(objective) ? Math.exp(base) : base;

    expect([...model.scores(frame)]).toEqual([expected, expected, expected, expected]);
    expect(model.summary.rounds).toBe(0);
  });

  it("answers a single row by its target", () => {
    const row = regression([numbers("x", [7])], [4]);

    expect(trained(objective, row).scores(row)[0]).toBeCloseTo(4, 9);
  });

  it("answers equal rows alike", () => {
    const frame = regression([numbers("x", [1, 1, 1, 2, 2, 2])], [0, 1, 5, 2, 8, 9]);

    const [a, b, c, d, e, f] = trained(objective, frame).scores(frame);

    expect([b, c, e, f]).toEqual([a, a, d, d]);
    expect(a).toBeLessThan(d as number);
  });

  it("takes infinities for the largest and smallest numbers", () => {
    const x = numbers("x", [-Infinity, -1, 1, Infinity]);
    const model = trained(objective, regression([x], [1, 1, 9, 9]), { trees: 30 });

    const [low, high] = model.scores(regression([numbers("x", [-Infinity, Infinity])], [0, 0]));

    expect(low).toBeLessThan(4);
    expect(high).toBeGreaterThan(6);
  });

  it.each([Number.NaN, Infinity, -Infinity])("fails on the label %d", (label) => {
    const frame = regression([rising], [1, 2, label, 4]);

    expect(() => trained(objective, frame)).toThrow(InvalidInputError);
    expect(() => trained(objective, frame)).toThrow(/row 2 has the label/);
  });
});

describe("boosting", () => {
  it("learns of 100,000 categories those that have rows enough, and folds the others", () => {
    const rows = 120_000;
    const codes = Int32Array.from({ length: rows }, (_, row) =>
      row < 20_000 ? row % 2 : row - 20_000,
    );
    const dictionary = Array.from({ length: 100_000 }, (_, i) => `c${String(i).padStart(6, "0")}`);
    const column: FrameColumn = { kind: "category", name: "c", codes, dictionary };
    const frame = { rows, columns: [column], labels: Float64Array.from(codes, (code) => code % 2) };

    const model = trained("squared", frame, { learningRate: 0.5 });
    const [zero, one, rare, other] = model.scores(
      regression([strings("c", ["c000000", "c000001", "c077777", "c088888"])], [0, 0, 0, 0]),
    );

    expect(zero).toBeLessThan(0.1);
    expect(one).toBeGreaterThan(0.9);
    expect(rare).toBe(other);
  });

  it("is of a ranking the scores 0 where no row is relevant, or a query has one row", () => {
    const columns = [rising];
    const groups = Uint32Array.of(0, 1, 2, 3, 4);
    const alone = { ...regression(columns, [1, 2, 0, 3]), groups };
    const irrelevant = { ...regression(columns, [0, 0, 0, 0]), groups: Uint32Array.of(0, 4) };

    for (const frame of [alone, irrelevant]) {
      expect([...trained("lambdaRank", frame).scores(frame)]).toEqual([0, 0, 0, 0]);
    }
  });

  it("ranks queries by what makes rows relevant, over random scores", () => {
    const { train, held, objective } = lightgbmWork("lambdaRank");
    const model = boosted({ trees: 20, leaves: 8 }, { task: { type: "ranking" }, train });

    const loss = objective.loss(held, [model.scores(held)]);

    expect(loss).toBeLessThan(0.5 * objective.loss(held, [new Float64Array(held.rows)]));
  });

  it("keeps every tree and has no losses without rows to validate on", () => {
    for (const objective of OBJECTIVES) {
      const { train, task } = lightgbmWork(objective);
      const { labels } = train;
      const validation = { ...withoutRows(train), labels: labels.subarray(0, 0) };
      const { summary } = boosted({ objective, trees: 3 }, { task, train, validation });

      expect(summary.bestRound).toBe(3);
      expect(summary.learningCurve.map((round) => round.validation)).toEqual([null, null, null]);
      const losses = summary.learningCurve.map((round) => round.train);
      expect(losses[2]).toBeLessThan(losses[0] as number);
    }
  });
});

describe("weights", () => {
  const train = shops(800, 3);
  const weights = Float64Array.from(train.labels, (_, row) => row % 3);

  it("of 0 leave a row out, byte by byte", () => {
    const kept = Uint32Array.from(weights.keys()).filter((row) => weights[row] !== 0);
    const without = {
      rows: kept.length,
      columns: train.columns.map((column) =>
        column.kind === "number"
          ? { ...column, values: Float32Array.from(kept, (row) => column.values[row] as number) }
          : { ...column, codes: Int32Array.from(kept, (row) => column.codes[row] as number) },
      ),
      labels: Uint8Array.from(kept, (row) => train.labels[row] as number),
      weights: Float64Array.from(kept, (row) => weights[row] as number),
    };
    const parameters = { trees: 8, leaves: 8 };

    expect(boosted(parameters, { train: { ...train, weights } }).state()).toEqual(
      boosted(parameters, { train: without, validation: { ...train, weights } }).state(),
    );
  });

  it("of 0 leave rows of a ranking and of a regression out", () => {
    for (const objective of ["lambdaRank", "squared"] as const) {
      const { train, held, task } = lightgbmWork(objective);
      const weights = new Float64Array(train.rows).fill(1).fill(0, 0, 25);
      const some = boosted({ trees: 5 }, { task, train: { ...train, weights }, validation: held });
      const cut = {
        rows: train.rows - 25,
        columns: train.columns.map((column) =>
          column.kind === "number" ? { ...column, values: column.values.subarray(25) } : column,
        ),
        labels: train.labels.subarray(25),
        weights: weights.subarray(25),
        ...(train.groups && {
          groups: Uint32Array.from(train.groups.subarray(1), (row) => Math.max(0, row - 25)),
        }),
      };

      expect(some.state()).toEqual(
        boosted({ trees: 5 }, { task, train: cut, validation: held }).state(),
      );
    }
  });

  it.each(OBJECTIVES)("change no tree of %s where all are the same", (objective) => {
    const { train, task, held } = lightgbmWork(objective);
    const scores = [1, 2].map((weight) => {
      const weights = new Float64Array(train.rows).fill(weight);
      const parameters = { objective, trees: 4, ...SMALL, l2: 0 };
      return boosted(parameters, { task, train: { ...train, weights }, validation: held }).scores(
        held,
      );
    });

    scores[0]?.forEach((score, row) => {
      expect(scores[1]?.[row]).toBeCloseTo(score, 6);
    });
  });

  it("turn the answer to the heavier rows", () => {
    const frame = regression([numbers("x", [1, 1, 2, 2])], [0, 10, 0, 10]);
    const weights = Float64Array.of(9, 1, 1, 9);
    for (const objective of ["squared", "absolute"] as const) {
      const { scores } = trained(
        objective,
        { ...frame, weights },
        {
          ...{ trees: 60, l2: 0, earlyStoppingRounds: 0 },
        },
      );

      expect(scores(frame)[0]).toBeLessThan(2);
      expect(scores(frame)[2]).toBeGreaterThan(8);
    }
  });

  it("fail where all are 0", () => {
    const none = { ...train, weights: new Float64Array(train.rows) };

    expect(() => boosted({}, { train: none })).toThrow(
      /every row of the training split has the weight 0/,
    );
  });
});

describe("slopes that overflow", () => {
  it("fail with what to do", () => {
    const frame = regression([rising], [1.7e308, 1.7e308, 1.7e308, 1]);

    expect(() => trained("squared", frame)).toThrow(InvalidInputError);
    expect(() => trained("squared", frame)).toThrow(
      /slopes of objective squared are no longer finite; scale the target down/,
    );
  });
});
