import { describe, expect, it } from "vitest";
import { candidateSchema } from "../../../../core/definition/candidate-schema.ts";
import type { Task } from "../../../../core/definition/task.ts";
import { InvalidInputError } from "../../../../core/errors.ts";
import { trainCandidate } from "../../../../core/training/train-candidate.ts";
import type { FrameColumn, LabelledFrame } from "../../../../core/training/training-frame.ts";
import {
  baselineLoss,
  frameOf,
  logLoss,
  numbers,
  shares,
  strings,
  withoutRows,
} from "../frames.ts";
import { BINARY, classesOf, EXACT, numberFrame, REGRESSION, train } from "./train.ts";

const NOTHING: readonly (readonly [string, readonly FrameColumn[]])[] = [
  ["a constant column", [numbers("x", [5, 5, 5, 5])]],
  ["a constant column of large numbers", [numbers("x", [1e30, 1e30, 1e30, 1e30])]],
  ["a column without a value", [numbers("x", [NaN, NaN, NaN, NaN])]],
  ["infinite numbers only", [numbers("x", [Infinity, -Infinity, Infinity, Infinity])]],
  ["strings all missing", [strings("s", [null, "", null, null])]],
  ["one category", [strings("s", ["a", "a", "a", "a"])]],
];

describe("a linear model with nothing to learn from", () => {
  it.each(NOTHING)("answers the share of class 1: %s", (_name, columns) => {
    const frame = frameOf(columns, [0, 1, 1, 1]);

    for (const encoding of ["one-hot", "target"] as const) {
      for (const probability of train(BINARY, frame, { ...EXACT, encoding }).predict(frame)) {
        expect(probability).toBeCloseTo(0.75, 6);
      }
    }
  });

  it.each(NOTHING)("answers the classes' shares: %s", (_name, columns) => {
    const frame = frameOf(columns, [0, 1, 2, 1]);

    const probabilities = train(classesOf(3), frame, EXACT).predict(frame);

    [0.25, 0.5, 0.25].forEach((share, k) => {
      expect(probabilities[k]).toBeCloseTo(share, 6);
    });
  });

  it.each(NOTHING)("answers the mean, and every quantile of the rows: %s", (_name, columns) => {
    const frame = numberFrame(columns, [1, 2, 3, 14]);

    const scores = train({ type: "regression", quantiles: [0.25, 0.6] }, frame, EXACT).scores(
      frame,
    );

    [5, 1, 3].forEach((score, k) => {
      expect(scores[k]).toBeCloseTo(score, 6);
    });
  });
});

describe("a linear model of a few rows", () => {
  it("answers a constant target", () => {
    const frame = numberFrame([numbers("x", [1, 2, 3]), strings("s", ["a", "b", "c"])], [7, 7, 7]);

    for (const encoding of ["one-hot", "target"] as const) {
      const task: Task = { type: "regression", quantiles: [0.1, 0.9] };
      const { scores, summary } = train(task, frame, { encoding });

      expect(scores(frame)).toEqual(new Float64Array(9).fill(7));
      expect(summary.converged).toBe(true);
    }
  });

  it("answers the target of a single row", () => {
    const frame = numberFrame([numbers("x", [3]), strings("s", ["a"])], [42]);

    expect(train(REGRESSION, frame).scores(frame)).toEqual(Float64Array.of(42));
    expect(train(REGRESSION, frame, { encoding: "target" }).scores(frame)[0]).toBe(42);
  });

  it("separates a row a class by as much as the penalty allows", () => {
    const frame = frameOf([numbers("x", [1, 2])], [0, 1]);

    const [zero, one] = train(BINARY, frame).predict(frame);

    expect(zero).toBeLessThan(0.4);
    expect(one).toBeGreaterThan(0.6);
  });

  it("stands at a finite log-odds where only rows of weight 0 have the other class", () => {
    const frame = frameOf([numbers("x", [1, 2, 3])], [1, 1, 0]);

    const [score] = train(BINARY, { ...frame, weights: Float64Array.of(1, 1, 0) }).scores(frame);

    expect(score).toBeGreaterThan(15);
    expect(score).toBeLessThan(30);
  });

  it("fails where every row's weight is 0", () => {
    const frame = numberFrame([numbers("x", [1, 2])], [1, 2], [0, 0]);

    expect(() => train(REGRESSION, frame)).toThrow(InvalidInputError);
  });
});

describe("a linear model of collinear columns", () => {
  const next = shares(3);
  const x = Array.from({ length: 200 }, () => next());
  const labels = x.map((value) => (next() < value ? 1 : 0));

  it("halves a coefficient between a column and its copy, and answers as one with half the penalty", () => {
    const twice = frameOf([numbers("x", x), numbers("copy", x)], labels);
    const once = frameOf([numbers("x", x)], labels);

    const doubled = train(BINARY, twice, { ...EXACT, l2: 4 });

    const single = train(BINARY, once, { ...EXACT, l2: 2 }).scores(once);
    doubled.scores(twice).forEach((score, row) => {
      expect(score).toBeCloseTo(single[row] as number, 6);
    });
    const [first, second] = doubled.summary.terms as { coefficients: number[] }[];
    expect(first?.coefficients[0]).toBeCloseTo(second?.coefficients[0] as number, 9);
  });

  it.each([
    ["binary", BINARY, frameOf, 0],
    ["binary with a lasso", BINARY, frameOf, 0.5],
    ["regression", REGRESSION, numberFrame, 0],
    ["regression with a lasso", REGRESSION, numberFrame, 0.5],
  ])(
    "has a finite answer with more columns than rows and no ridge: %s",
    (_name, task, make, l1) => {
      const columns = Array.from({ length: 40 }, (_, i) =>
        numbers(`x${i}`, i < 20 ? x.slice(i, i + 20) : x.slice(i - 20, i)),
      );
      const frame = make(columns, labels.slice(0, 20));

      const { scores, summary } = train(task, frame, { l2: 0, l1 });

      expect([...scores(frame)].every(Number.isFinite)).toBe(true);
      expect(summary.converged).toBe(true);
    },
  );

  it("learns from 100,000 strings of one or two rows each", () => {
    const rows = 150_000;
    const codes = Int32Array.from({ length: rows }, (_, row) => row % 100_000);
    const dictionary = Array.from(
      { length: 100_000 },
      (_, i) => `id ${String(i).padStart(5, "0")}`,
    );
    const column: FrameColumn = { kind: "category", name: "id", codes, dictionary };
    const frame: LabelledFrame = {
      rows,
      columns: [column],
      labels: Uint8Array.from(codes, (code) => (code % 3 === 0 ? 1 : 0)),
    };

    for (const encoding of ["one-hot", "target"] as const) {
      const { predict, summary } = train(BINARY, frame, { encoding });

      expect(summary).toMatchObject({
        converged: true,
        coefficients: encoding === "target" ? 2 : 100_001,
      });
      expect(logLoss(frame, predict(frame))).toBeLessThan(baselineLoss(frame));
    }
  });
});

describe("labels that are none", () => {
  it.each([Number.NaN, Infinity, -Infinity])("fails on the label %d", async (label) => {
    const frame = numberFrame([numbers("x", [1, 2])], [1, label]);
    const candidate = candidateSchema.parse({ name: "it", family: "linear-regression" });

    const training = trainCandidate({
      candidate,
      task: REGRESSION,
      seed: 1,
      train: frame,
      validation: withoutRows(frame),
      tools: {},
    });

    await expect(training).rejects.toThrow(InvalidInputError);
  });
});
