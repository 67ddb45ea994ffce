import { describe, expect, it } from "vitest";
import type { LabelledFrame } from "../../../../core/training/training-frame.ts";
import { baselineLoss, frameOf, logLoss, numbers, shops, strings } from "../frames.ts";
import { BINARY, EXACT, type Parameters, train as trainTask } from "./train.ts";

const rows = shops(4_000, 1);
const heldOut = shops(2_000, 3);
const groups = frameOf([numbers("x", [0, 0, 0, 0, 9, 9, 9, 9])], [1, 0, 0, 0, 1, 1, 1, 0]);

const train = (parameters: Parameters = {}, frame = rows) => trainTask(BINARY, frame, parameters);
const answers = (frame: LabelledFrame, parameters: Parameters = {}) =>
  train(parameters, frame).predict(frame);

describe("logistic regression", () => {
  it("beats the constant answer on held-out rows by a fifth of its log-loss", () => {
    expect(logLoss(heldOut, train().predict(heldOut))).toBeLessThan(0.8 * baselineLoss(heldOut));
  });

  it("gives the shares of two groups without a penalty", () => {
    // 1 of 4 and 3 of 4: a saturated model meets both exactly.
    const probabilities = answers(groups, { l2: 0, tolerance: 1e-9 });

    expect(probabilities[0]).toBeCloseTo(0.25, 6);
    expect(probabilities[7]).toBeCloseTo(0.75, 6);
  });

  it.each([
    [3, 0],
    [0, 1],
    [1, 1.5],
  ])("meets the condition of the minimum with l2 %d and l1 %d", (l2, l1) => {
    // x is standardised to -1 and 1, so with prior 1/2 the penalised minimum has
    // l2 * w + l1 = sum of (y - p) x = 8 * (3/4 - p), p the answer for x = 1.
    const p = answers(groups, { l2, l1, tolerance: 1e-10 })[7] as number;

    expect(l2 * Math.log(p / (1 - p)) + l1).toBeCloseTo(8 * (0.75 - p), 6);
  });

  it("has no coefficient where the L1 penalty outweighs the pull of all rows", () => {
    // at w = 0 the pull is 8 * (3/4 - 1/2) = 2
    expect(answers(groups, { l1: 2.01, l2: 0 })).toEqual(new Float64Array(8).fill(0.5));
    expect(answers(groups, { l1: 1.99, l2: 0 })[7]).toBeGreaterThan(0.5);
  });

  it("answers the same whatever unit a column is in", () => {
    const scaled = (factor: number) => {
      const x = [0, 1, 2, 3].map((value) => value * factor);
      return answers(frameOf([numbers("x", x)], [0, 1, 0, 1]));
    };

    scaled(1).forEach((probability, i) => {
      expect(scaled(2 ** 20)[i]).toBeCloseTo(probability, 9);
    });
  });

  it("learns that missing means something, and treats infinite numbers as missing", () => {
    const x = [NaN, NaN, NaN, NaN, 1, 2, 3, 4];
    const model = train({ l2: 0.1 }, frameOf([numbers("x", x)], [1, 1, 1, 1, 0, 0, 0, 0]));

    const [missing, infinite, negative, present] = model.predict(
      frameOf([numbers("x", [NaN, Infinity, -Infinity, 2.5])], [0, 0, 0, 0]),
    );

    expect(missing).toBeGreaterThan(0.7);
    expect([infinite, negative]).toEqual([missing, missing]);
    expect(present).toBeLessThan(0.3);
  });

  it("gives unknown, missing and empty strings no coefficient", () => {
    const frame = frameOf([strings("s", ["a", "a", "b", "b"])], [1, 1, 0, 0]);

    const [unknown, missing, empty] = train({}, frame).predict(
      frameOf([strings("s", ["c", null, ""])], [0, 0, 0]),
    );

    expect(unknown).toBeCloseTo(0.5, 5);
    expect([missing, empty]).toEqual([unknown, unknown]);
  });

  it("keeps the loss finite and falling where one column tells all, without a penalty", () => {
    const frame = frameOf([numbers("x", [1, 2, 3, 4])], [0, 0, 1, 1]);

    const model = train({ l2: 0 }, frame);

    expect([...model.scores(frame)].every(Number.isFinite)).toBe(true);
    expect(logLoss(frame, model.predict(frame))).toBeLessThan(1e-4);
  });

  it.each<[string, Parameters]>([
    ["l1", { l1: 20 }],
    ["l2", { l2: 100 }],
    ["encoding", { encoding: "target" }],
    ["maxIterations", { maxIterations: 1 }],
    ["tolerance", { tolerance: 0.05 }],
  ])("changes with %s", (_name, parameters) => {
    expect(train(parameters).scores(heldOut)).not.toEqual(train().scores(heldOut));
  });

  it("says whether it converged", () => {
    expect(train().summary).toMatchObject({ converged: true });
    expect(train({ maxIterations: 1 }).summary).toMatchObject({ converged: false, iterations: 1 });
  });

  it("tells the mean penalised loss of the training rows", () => {
    const weighted = { ...rows, weights: new Float64Array(rows.rows).fill(2) };
    const own = logLoss(rows, train({ l2: 0 }).predict(rows));

    expect(train({ l2: 0 }).summary.penalisedLoss).toBeCloseTo(own, 12);
    expect(train({ l2: 0 }, weighted).summary.penalisedLoss).toBeCloseTo(own, 12);
  });

  it("tells the log-loss on the rows to validate on, by their weights", () => {
    const lossOn = (validation: LabelledFrame) =>
      trainTask(BINARY, rows, {}, { validation }).summary.validationLoss;
    const halves = Float64Array.from({ length: heldOut.rows }, (_, row) => row % 2);
    const odd = (_: unknown, row: number) => row % 2 === 1;
    const probabilities = train().predict(heldOut);
    const half = { ...heldOut, labels: heldOut.labels.filter(odd) };

    expect(lossOn(heldOut)).toBeCloseTo(logLoss(heldOut, probabilities), 10);
    expect(lossOn({ ...heldOut, weights: halves })).toBeCloseTo(
      logLoss(half, probabilities.filter(odd)),
      10,
    );
    expect(lossOn({ ...heldOut, weights: new Float64Array(heldOut.rows) })).toBeNull();
    expect(train().summary.validationLoss).toBeNull();
  });

  it("handles 1,000 strings, a third of them with one row", () => {
    const names = Array.from({ length: 3_000 }, (_, i) => `n${i % 666 === i ? i : i % 1_000}`);
    const frame = frameOf(
      [strings("s", names)],
      names.map((name) => name.length % 2),
    );

    expect(logLoss(frame, answers(frame))).toBeLessThan(0.7 * baselineLoss(frame));
    expect(train({}, frame).summary).toMatchObject({ converged: true });
  });

  it("counts a row of weight 2 as two rows, and one of weight 0 as none", () => {
    const x = [1, 2, 4, 7, 100];
    const city = ["a", "b", "a", "b", "only here"];
    const labels = [0, 1, 1, 0, 1];
    const weighted = {
      ...frameOf([numbers("x", x), strings("city", city)], labels),
      weights: Float64Array.of(2, 1, 1, 2, 0),
    };
    const at = [0, 0, 1, 2, 3, 3];
    const pick = <T>(values: readonly T[]) => at.map((i) => values[i] as T);
    const repeated = frameOf([numbers("x", pick(x)), strings("city", pick(city))], pick(labels));

    const [byWeight, byRows] = [train(EXACT, weighted), train(EXACT, repeated)];

    byWeight.scores(weighted).forEach((score, row) => {
      expect(score).toBeCloseTo(byRows.scores(weighted)[row] as number, 7);
    });
    expect(byWeight.summary.coefficients).toBe(1 + 1 + 2);
  });
});
