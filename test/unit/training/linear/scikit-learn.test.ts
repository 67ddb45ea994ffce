import { describe, expect, it } from "vitest";
import type { Task } from "../../../../core/definition/task.ts";
import type { FrameColumn, LabelledFrame } from "../../../../core/training/training-frame.ts";
import fixture from "../../../fixtures/linear/linear.json" with { type: "json" };
import { numbers, strings } from "../frames.ts";
import { BINARY, classesOf, EXACT, type Parameters, REGRESSION, train } from "./train.ts";

const columns = fixture.x.map((values, i) => numbers(`x${i}`, values));
const withCity: readonly FrameColumn[] = [...columns, strings("city", fixture.city)];
const weights = Float64Array.from(fixture.weights);

const frames = {
  binary: frame(columns, Uint8Array.from(fixture.labels.binary)),
  multiclass: frame(columns, Uint8Array.from(fixture.labels.multiclass)),
  regression: frame(columns, Float64Array.from(fixture.labels.regression)),
};

function frame(of: readonly FrameColumn[], labels: LabelledFrame["labels"]): LabelledFrame {
  return { rows: labels.length, columns: of, labels };
}

/** Coefficients of standardised numbers, a row for each score. */
function coefficientsOf(summary: Readonly<Record<string, unknown>>): number[][] {
  const terms = (summary.terms as { coefficients?: number[] }[]).flatMap(({ coefficients }) =>
    coefficients ? [coefficients] : [],
  );
  const [first = []] = terms;
  return first.map((_, k) => terms.map((term) => term[k] as number));
}

function expectClose(got: readonly number[], wanted: readonly number[], tolerance: number) {
  expect(got).toHaveLength(wanted.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - (wanted[i] as number)), `value ${i}`).toBeLessThan(tolerance);
  });
}

function meanLogLoss(
  probabilities: Float64Array,
  labels: readonly number[],
  rowWeights?: Float64Array,
) {
  const width = probabilities.length / labels.length;
  let sum = 0;
  let total = 0;
  labels.forEach((label, row) => {
    const weight = rowWeights?.[row] ?? 1;
    const p = probabilities[row * width + (width > 1 ? label : 0)] as number;
    sum -= weight * Math.log(width > 1 || label === 1 ? p : 1 - p);
    total += weight;
  });
  return sum / total;
}

interface ClassifierCase {
  readonly l1: number;
  readonly l2: number;
  readonly coefficients: readonly (readonly number[])[];
  readonly intercepts: readonly number[];
  readonly probabilities: readonly number[] | readonly (readonly number[])[];
  readonly logLoss: number;
}

function expectClassifier(
  task: Task,
  rows: LabelledFrame,
  expected: ClassifierCase,
  of = expected.coefficients,
) {
  const { l1, l2 } = expected;
  const model = train(task, rows, { ...EXACT, l1, l2 });
  const probabilities = model.predict(rows);

  expect(model.summary.converged).toBe(true);
  expectClose(coefficientsOf(model.summary).flat(), of.flat(), 1e-6);
  expectClose([...probabilities], expected.probabilities.flat(), 1e-6);
  expect(
    Math.abs(meanLogLoss(probabilities, [...rows.labels], rows.weights) - expected.logLoss),
  ).toBeLessThan(1e-9);
  return model;
}

describe("logistic regression as scikit-learn's", () => {
  it.each([
    ["ridge", fixture.binary.ridge],
    ["elastic net", fixture.binary.elasticNet],
    ["lasso", fixture.binary.lasso],
  ])("meets coefficients, probabilities and log-loss of %s", (_name, expected) => {
    const { summary } = expectClassifier(BINARY, frames.binary, expected);

    expectClose(summary.intercepts as number[], expected.intercepts, 1e-6);
  });

  it("meets weighted rows", () => {
    expectClassifier(BINARY, { ...frames.binary, weights }, fixture.binary.weighted);
  });

  it("meets a column of strings with a coefficient for each", () => {
    const { coefficients } = fixture.binary.oneHot;

    expectClassifier(
      BINARY,
      frame(withCity, frames.binary.labels),
      fixture.binary.oneHot,
      coefficients.map((own) => own.slice(0, 4)),
    );
  });
});

describe("multinomial regression as scikit-learn's", () => {
  it.each([
    ["ridge", fixture.multiclass.ridge],
    ["elastic net", fixture.multiclass.elasticNet],
  ])("meets coefficients, probabilities and log-loss of %s", (_name, expected) => {
    expectClassifier(classesOf(3), frames.multiclass, expected);
  });

  it("meets weighted rows", () => {
    const rows = { ...frames.multiclass, weights };

    expectClassifier(classesOf(3), rows, fixture.multiclass.weighted);
  });
});

describe("linear regression as scikit-learn's", () => {
  it.each([
    ["least squares", fixture.regression.plain],
    ["ridge", fixture.regression.ridge],
    ["elastic net", fixture.regression.elasticNet],
    ["lasso", fixture.regression.lasso],
    ["weighted rows", fixture.regression.weighted],
  ])("meets coefficients and predictions of %s", (name, expected) => {
    const { l1, l2 } = expected;
    const rows = name === "weighted rows" ? { ...frames.regression, weights } : frames.regression;

    const model = train(REGRESSION, rows, { ...EXACT, l1, l2 });

    expectClose(coefficientsOf(model.summary).flat(), expected.coefficients, 1e-6);
    expectClose(model.summary.intercepts as number[], [expected.intercept], 1e-6);
    expectClose([...model.scores(rows)], expected.predictions, 1e-6);
  });

  it("comes within a hundredth of the least pinball loss, and never below it", () => {
    const quantiles = fixture.pinball.map(({ quantile }) => quantile);
    const task: Task = { type: "regression", quantiles };

    const scores = train(task, frames.regression, { ...EXACT, l2: 0 }).scores(frames.regression);

    fixture.pinball.forEach(({ quantile, loss }, k) => {
      const losses = fixture.labels.regression.map((label, row) => {
        const above = label - (scores[row * 4 + k + 1] as number);
        return above >= 0 ? quantile * above : (quantile - 1) * above;
      });
      const mean = losses.reduce((a, b) => a + b) / losses.length;
      expect(mean).toBeGreaterThan(loss - 1e-9);
      expect(mean).toBeLessThan(loss * 1.01);
    });
  });
});

describe("target encoding as scikit-learn's", () => {
  const cities = ["a", "b", "c", "d", "e", "unknown"];
  const encoded: Parameters = { ...EXACT, encoding: "target", encodingSmoothing: 10, l2: 0 };

  it.each([
    ["binary", BINARY, fixture.targetEncodings.binary],
    ["regression", REGRESSION, fixture.targetEncodings.regression],
  ] as const)("orders strings by their smoothed mean: %s", (type, task, expected) => {
    const rows = frame([strings("city", fixture.city)], frames[type].labels);
    const asked = frame([strings("city", cities)], frames[type].labels.slice(0, cities.length));

    const scores = train(task, rows, encoded).scores(asked);

    // one number a string: scores are a line of it
    const [x0, x1] = [expected[0]?.[0] as number, expected[1]?.[0] as number];
    const slope = ((scores[1] as number) - (scores[0] as number)) / (x1 - x0);
    expected.forEach(([x = 0], i) => {
      expect(scores[i]).toBeCloseTo((scores[0] as number) + slope * (x - x0), 4);
    });
  });
});

describe("contributions as shap's", () => {
  it("meets the closed form of a linear model", () => {
    const model = train(BINARY, frames.binary, { ...EXACT, l2: 1 });

    const got = model.contributions?.(frames.binary) as Float64Array;

    fixture.contributions.values.forEach((values, row) => {
      const own = [...got.subarray(row * 5, row * 5 + 5)];
      expectClose(own, [...values, fixture.contributions.expected], 1e-6);
    });
  });
});
