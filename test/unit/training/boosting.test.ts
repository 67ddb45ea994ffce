import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../core/errors.ts";
import type { BoostingParameters } from "../../../core/training/boosting/boosting-parameters.ts";
import { eachBin, findBins } from "../../../core/training/boosting/feature-bins.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { boosted as boostedOn } from "./boosting/train.ts";
import { baselineLoss, frameOf, logLoss, numbers, shops, strings, withoutRows } from "./frames.ts";

const train = shops(4_000, 1);
const validation = shops(2_000, 2);
const test = shops(2_000, 3);

function boosted(
  parameters: Partial<BoostingParameters> = {},
  frames: { train: LabelledFrame; validation?: LabelledFrame; seed?: number } = { train },
) {
  return boostedOn({ trees: 30, leaves: 15, ...parameters }, { validation, ...frames });
}

/** Column x with one value a row and label 1 from `border` on. */
function steps(rows: number, border: number): LabelledFrame {
  const x = Array.from({ length: rows }, (_, i) => i);
  return frameOf(
    [numbers("x", x)],
    x.map((value) => (value >= border ? 1 : 0)),
  );
}

describe("gradient boosting", () => {
  it("beats the constant answer on held-out rows by a fifth of its log-loss", () => {
    const loss = logLoss(test, boosted().predict(test));

    expect(loss).toBeLessThan(0.8 * baselineLoss(test));
  });

  it("gives the hand-computed Newton step in the leaves of one tree", () => {
    // Prior 1/2: gradients are -1/2 and 1/2, hessians 1/4. Leaves of 20: +-(10 / (5 + 1)) * 0.1.
    const frame = steps(40, 20);

    const probabilities = boosted(
      { trees: 1, earlyStoppingRounds: 0, minLeafRows: 1 },
      { train: frame, validation: withoutRows(frame) },
    ).predict(frame);

    expect(probabilities[0]).toBeCloseTo(1 / (1 + Math.exp(1 / 6)), 6);
    expect(probabilities[39]).toBeCloseTo(1 / (1 + Math.exp(-1 / 6)), 6);
  });

  it("routes missing numbers to the side that they are like", () => {
    const x = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? Number.NaN : i));
    const likeHigh = x.map((value) => (Number.isNaN(value) || value > 150 ? 1 : 0));
    const likeLow = x.map((value) => (Number.isNaN(value) || value < 150 ? 1 : 0));

    for (const labels of [likeHigh, likeLow]) {
      const frame = frameOf([numbers("x", x)], labels);
      const model = boosted({ leaves: 2 }, { train: frame, validation: frame });
      expect(model.predict(frameOf([numbers("x", [Number.NaN])], [1]))[0]).toBeGreaterThan(0.9);
    }
  });

  it("answers in the order of a feature that the label rises with", () => {
    const model = boosted({}, { train: steps(400, 170), validation: steps(400, 170) });

    const probabilities = model.predict(steps(400, 170));

    expect([...probabilities]).toEqual([...probabilities].sort((a, b) => a - b));
  });

  it("gives the same bytes for the same seed, and others for another", () => {
    const bytes = (seed: number) =>
      boosted({ rowShare: 0.5, columnShare: 0.5 }, { train, seed }).toOnnx(0.5);

    expect(bytes(1)).toEqual(bytes(1));
    expect(bytes(1)).not.toEqual(bytes(2));
  });

  it.each([
    ["trees", 3],
    ["leaves", 4],
    ["learningRate", 0.3],
    ["bins", 4],
    ["l2", 50],
    ["minLeafWeight", 100],
    ["minLeafRows", 500],
    ["minGain", 20],
    ["rowShare", 0.5],
    ["columnShare", 0.5],
    ["categoryL2", 500],
    ["categorySmoothing", 95],
  ])("changes with %s", (name, value) => {
    expect(boosted({ [name]: value }).predict(test)).not.toEqual(boosted().predict(test));
  });

  it("never makes a leaf with fewer rows than minLeafRows", () => {
    const probabilities = boosted({ trees: 1, minLeafRows: 300 }).predict(train);
    const sizes = new Map<number, number>();
    for (const value of probabilities) sizes.set(value, (sizes.get(value) ?? 0) + 1);

    expect(sizes.size).toBeGreaterThan(2);
    expect(Math.min(...sizes.values())).toBeGreaterThanOrEqual(300);
  });

  it("stops early and drops the trees after the best round", () => {
    const parameters = { trees: 400, learningRate: 0.5 };
    const stopped = boosted({ ...parameters, earlyStoppingRounds: 5 });
    const unstopped = boosted({ ...parameters, earlyStoppingRounds: 0 });
    const losses = stopped.summary.learningCurve.map((round) => round.validation as number);

    expect(stopped.summary.rounds).toBe(stopped.summary.bestRound + 5);
    expect(Math.min(...losses)).toBe(losses[stopped.summary.bestRound - 1]);
    expect(unstopped.summary.bestRound).toBe(400);
    expect(logLoss(test, stopped.predict(test))).toBeLessThan(
      logLoss(test, unstopped.predict(test)),
    );
  });

  it("reports a learning curve that its own predictions bear out", () => {
    const { summary, predict } = boosted({ trees: 12, earlyStoppingRounds: 0 });
    const last = summary.learningCurve.at(-1);

    expect(summary.learningCurve).toHaveLength(12);
    expect(last?.train).toBeCloseTo(logLoss(train, predict(train)), 10);
    expect(last?.validation).toBeCloseTo(logLoss(validation, predict(validation)), 10);
  });

  it("finds noise the least important feature", () => {
    const { importances } = boosted().summary;

    expect(importances.map(({ feature }) => feature).at(-1)).toBe("noise");
    expect(importances.every(({ splits, gain }) => splits > 0 && gain > 0)).toBe(true);
  });

  it("tells strings apart that share no order, and folds rare ones into one bin", () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `shop ${i}`);
    const rows = names.flatMap((name, i) => new Array(i < 20 ? 100 : 2).fill(name) as string[]);
    const labels = rows.map((name) => Number(name.slice(5)) % 2);
    const frame = frameOf([strings("shop", rows)], labels);

    const model = boosted({ bins: 21 }, { train: frame, validation: frame });
    const [even, odd, rare, otherRare] = model.predict(
      frameOf([strings("shop", ["shop 4", "shop 5", "shop 700", "shop 701"])], [0, 1, 0, 1]),
    );

    expect(even).toBeLessThan(0.15);
    expect(odd).toBeGreaterThan(0.85);
    expect(rare).toBe(otherRare);
  });

  it("treats unknown, missing and empty strings alike", () => {
    const unknown = strings("shop", ["never seen", null, ""]);
    const frame = frameOf(
      [numbers("x", [0, 0, 0]), numbers("y", [0, 0, 0]), unknown, numbers("noise", [0, 0, 0])],
      [0, 0, 0],
    );

    const [first, ...others] = boosted().predict(frame);

    expect(others).toEqual([first, first]);
  });

  it("keeps every tree without rows to validate on", () => {
    const model = boosted({ trees: 7 }, { train, validation: withoutRows(train) });

    expect(model.summary.bestRound).toBe(7);
    expect(model.summary.learningCurve.at(-1)?.validation).toBeNull();
  });

  it.each([
    ["a constant column", frameOf([numbers("x", [5, 5, 5, 5])], [0, 1, 1, 1]), 0.75],
    ["a row a class", frameOf([numbers("x", [1, 2])], [0, 1]), 0.5],
    ["a column without a value", frameOf([numbers("x", [NaN, NaN])], [0, 1]), 0.5],
    ["strings all missing", frameOf([strings("s", [null, "", null, null])], [0, 0, 0, 1]), 0.25],
    ["one category", frameOf([strings("s", ["a", "a", "a", "a"])], [0, 0, 0, 1]), 0.25],
  ])("answers the share of class 1 for %s", (_name, frame, share) => {
    const probabilities = boosted({}, { train: frame, validation: frame }).predict(frame);

    for (const probability of probabilities) expect(probability).toBeCloseTo(share, 12);
  });

  it.each([
    ["class 0", [0, 0], /one class only: each of the 2 rows .* is of class 0/],
    ["class 1", [1, 1], /one class only: each of the 2 rows .* is of class 1/],
    ["no row", [], /has no rows/],
  ])("fails on a target with %s only", (_name, labels, message) => {
    const frame = frameOf(
      [
        numbers(
          "x",
          labels.map((_, i) => i),
        ),
      ],
      labels,
    );

    expect(() => boosted({}, { train: frame })).toThrow(InvalidInputError);
    expect(() => boosted({}, { train: frame })).toThrow(message);
  });

  it("fails on no column, an output's name, and other columns than in training", () => {
    const labels = [0, 1];
    const named = (name: string) => frameOf([numbers(name, [1, 2])], labels);

    expect(() => boosted({}, { train: frameOf([], labels) })).toThrow(/one input or more/);
    expect(() => boosted({}, { train: named("label") })).toThrow(InvalidInputError);
    expect(() => boosted({}, { train: named("x"), validation: named("y") })).toThrow(
      /must be \[x: number\] as in training, got \[y: number\]/,
    );
    expect(() => boosted().predict(named("x"))).toThrow(InvalidInputError);
  });
});

describe("gradient boosting on samples", () => {
  it("goes on after a sample in which nothing can be split, and stops at the number of rounds", () => {
    // half of the samples lack the one row that differs, and a tree of the others has one split
    const frame = frameOf([numbers("x", [1, 1, 1, 1, 1, 1, 1, 2])], [0, 0, 0, 0, 0, 0, 0, 1]);

    const { summary } = boosted(
      { trees: 40, rowShare: 0.5, minLeafRows: 1, minLeafWeight: 0, earlyStoppingRounds: 0 },
      { train: frame, validation: frame },
    );

    const splits = summary.importances[0]?.splits ?? 0;
    expect(summary.rounds).toBe(40);
    expect(splits).toBeGreaterThan(0);
    expect(splits).toBeLessThan(40);
  });
});

describe("eachBin", () => {
  it("fails on a column of another kind than its bins", () => {
    const bins = findBins(numbers("x", [1, 2]), 255);

    expect(() => eachBin(strings("x", ["a"]), bins, () => {})).toThrow("column x is no number");
  });
});
