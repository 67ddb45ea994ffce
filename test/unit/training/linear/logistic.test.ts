import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../../core/errors.ts";
import { planDesign, prepareColumns } from "../../../../core/training/linear/design.ts";
import { minimise } from "../../../../core/training/linear/minimise.ts";
import { trainCandidate } from "../../../../core/training/train-candidate.ts";
import type { LabelledFrame } from "../../../../core/training/training-frame.ts";
import {
  baselineLoss,
  candidate,
  frameOf,
  logLoss,
  numbers,
  shops,
  strings,
  withoutRows,
} from "../frames.ts";

const train = shops(4_000, 1);
const test = shops(2_000, 3);

function logistic(parameters: Readonly<Record<string, number>> = {}, frame = train) {
  return trainCandidate({
    candidate: candidate("logistic-regression", parameters),
    seed: 1,
    train: frame,
    validation: withoutRows(frame),
  });
}

const answers = (frame: LabelledFrame, parameters = {}) =>
  logistic(parameters, frame).predict(frame);

describe("logistic regression", () => {
  it("beats the constant answer on held-out rows by a fifth of its log-loss", () => {
    expect(logLoss(test, logistic().predict(test))).toBeLessThan(0.8 * baselineLoss(test));
  });

  it("gives the shares of two groups without a penalty", () => {
    // 1 of 4 and 3 of 4: a saturated model meets both exactly.
    const frame = frameOf([numbers("x", [0, 0, 0, 0, 9, 9, 9, 9])], [1, 0, 0, 0, 1, 1, 1, 0]);

    const probabilities = answers(frame, { l2: 0, tolerance: 1e-9 });

    expect(probabilities[0]).toBeCloseTo(0.25, 6);
    expect(probabilities[7]).toBeCloseTo(0.75, 6);
  });

  it("meets the condition of the minimum: l2 times the coefficient is the rows' pull", () => {
    // x is standardised to -1 and 1, so with prior 1/2 the penalised minimum has
    // l2 * w = sum of (y - p) x = 8 * (3/4 - p), p the answer for x = 1.
    const frame = frameOf([numbers("x", [0, 0, 0, 0, 9, 9, 9, 9])], [1, 0, 0, 0, 1, 1, 1, 0]);
    const l2 = 3;

    const p = answers(frame, { l2, tolerance: 1e-10 })[7] as number;

    expect(l2 * Math.log(p / (1 - p))).toBeCloseTo(8 * (0.75 - p), 6);
  });

  it("answers the same whatever unit a column is in", () => {
    const scaled = (factor: number) =>
      answers(
        frameOf(
          [
            numbers(
              "x",
              [0, 1, 2, 3].map((x) => x * factor),
            ),
          ],
          [0, 1, 0, 1],
        ),
      );

    scaled(1).forEach((probability, i) => {
      expect(scaled(2 ** 20)[i]).toBeCloseTo(probability, 9);
    });
  });

  it("learns that missing means something, and treats infinite numbers as missing", () => {
    const x = [NaN, NaN, NaN, NaN, 1, 2, 3, 4];
    const model = logistic({ l2: 0.1 }, frameOf([numbers("x", x)], [1, 1, 1, 1, 0, 0, 0, 0]));

    const [missing, infinite, negative, present] = model.predict(
      frameOf([numbers("x", [NaN, Infinity, -Infinity, 2.5])], [0, 0, 0, 0]),
    );

    expect(missing).toBeGreaterThan(0.7);
    expect([infinite, negative]).toEqual([missing, missing]);
    expect(present).toBeLessThan(0.3);
  });

  it("gives unknown, missing and empty strings no coefficient", () => {
    const frame = frameOf([strings("s", ["a", "a", "b", "b"])], [1, 1, 0, 0]);

    const [unknown, missing, empty] = logistic({}, frame).predict(
      frameOf([strings("s", ["c", null, ""])], [0, 0, 0]),
    );

    expect(unknown).toBeCloseTo(0.5, 5);
    expect([missing, empty]).toEqual([unknown, unknown]);
  });

  it("gives the same bytes twice", () => {
    expect(logistic().toOnnx(0.5)).toEqual(logistic().toOnnx(0.5));
  });

  it.each([
    ["l2", 100],
    ["maxIterations", 1],
    ["tolerance", 0.02],
  ])("changes with %s", (name, value) => {
    expect(logistic({ [name]: value }).predict(test)).not.toEqual(logistic().predict(test));
  });

  it("says whether it converged", () => {
    expect(logistic().summary).toMatchObject({ converged: true });
    expect(logistic({ maxIterations: 1 }).summary).toMatchObject({ converged: false });
  });

  it("handles 1,000 strings, a third of them with one row", () => {
    const names = Array.from({ length: 3_000 }, (_, i) => `n${i % 666 === i ? i : i % 1_000}`);
    const frame = frameOf(
      [strings("s", names)],
      names.map((name) => name.length % 2),
    );

    expect(logLoss(frame, answers(frame))).toBeLessThan(0.7 * baselineLoss(frame));
    expect(logistic({}, frame).summary).toMatchObject({ converged: true });
  });

  it.each([
    ["a constant column", frameOf([numbers("x", [5, 5, 5, 5])], [0, 1, 1, 1]), 0.75],
    ["a column without a value", frameOf([numbers("x", [NaN, NaN])], [0, 1]), 0.5],
    ["infinite numbers only", frameOf([numbers("x", [Infinity, -Infinity])], [0, 1]), 0.5],
    ["strings all missing", frameOf([strings("s", [null, "", null, null])], [0, 0, 0, 1]), 0.25],
    ["one category", frameOf([strings("s", ["a", "a", "a", "a"])], [0, 0, 0, 1]), 0.25],
  ])("answers the share of class 1 for %s", (_name, frame, share) => {
    for (const probability of answers(frame, { tolerance: 1e-9 })) {
      expect(probability).toBeCloseTo(share, 6);
    }
  });

  it("separates a row a class by as much as the penalty allows", () => {
    const [zero, one] = answers(frameOf([numbers("x", [1, 2])], [0, 1]));

    expect(zero).toBeLessThan(0.4);
    expect(one).toBeGreaterThan(0.6);
  });

  it("fails on a target with one class only", () => {
    expect(() => logistic({}, frameOf([numbers("x", [1, 2])], [1, 1]))).toThrow(InvalidInputError);
  });
});

describe("minimise", () => {
  it("finds the minimum of any convex quadratic, whatever the preconditioner", () => {
    const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
    const term = fc.record({
      centre: fc.double({ min: -5, max: 5, noNaN: true }),
      weight: positive,
      curvature: positive,
    });
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 8 }), (terms) => {
        const objective = (point: Float64Array, gradient: Float64Array) =>
          terms.reduce((sum, { centre, weight }, i) => {
            const distance = (point[i] as number) - centre;
            gradient[i] = weight * distance;
            return sum + (weight / 2) * distance * distance;
          }, 0);

        const { point, converged } = minimise(
          objective,
          new Float64Array(terms.length),
          Float64Array.from(terms, ({ curvature }) => curvature),
          { tolerance: 1e-7, maxIterations: 500 },
        );

        expect(converged).toBe(true);
        terms.forEach(({ centre }, i) => {
          expect(point[i]).toBeCloseTo(centre, 4);
        });
      }),
    );
  });
});

describe("summary of logistic regression", () => {
  it("tells the log-loss on the rows to validate on", () => {
    const model = trainCandidate({
      candidate: candidate("logistic-regression"),
      seed: 1,
      train,
      validation: test,
    });

    expect(model.summary.validationLoss).toBeCloseTo(logLoss(test, model.predict(test)), 10);
    expect(logistic().summary.validationLoss).toBeNull();
  });
});

describe("minimise", () => {
  it("stops where it stands when the gradient points nowhere better", () => {
    const uphill = (point: Float64Array, gradient: Float64Array) => {
      gradient.fill(-1);
      return point[0] as number;
    };

    const minimum = minimise(uphill, Float64Array.of(3), Float64Array.of(1), {
      tolerance: 1e-6,
      maxIterations: 50,
    });

    expect(minimum).toEqual({
      point: Float64Array.of(3),
      value: 3,
      iterations: 1,
      converged: false,
    });
  });
});

describe("minimise where a function bends down", () => {
  it("goes on downhill without learning a curvature that is none", () => {
    // -x^2 from 1: the step is minus the gradient over the curvature each time, 1 -> 3 -> 9
    const bendsDown = (point: Float64Array, gradient: Float64Array) => {
      const x = point[0] as number;
      gradient[0] = -2 * x;
      return -x * x;
    };

    const { point } = minimise(bendsDown, Float64Array.of(1), Float64Array.of(1), {
      tolerance: 1e-6,
      maxIterations: 2,
    });

    expect(point).toEqual(Float64Array.of(9));
  });
});

describe("prepareColumns", () => {
  it("fails on a column of another kind than it was planned for", () => {
    const design = planDesign([numbers("x", [1, 2])]);

    expect(() => prepareColumns(frameOf([strings("x", ["a", "b"])], [0, 1]), design)).toThrow(
      "column x is no number",
    );
  });
});
