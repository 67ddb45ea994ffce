import { describe, expect, it } from "vitest";
import type { Task } from "../../../core/definition/task.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { checkTrainable } from "../../../core/training/check-frames.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { numbers } from "./frames.ts";

const frame = (labels: readonly number[], parts: Partial<LabelledFrame> = {}): LabelledFrame => ({
  rows: labels.length,
  columns: [numbers("x", labels)],
  labels: Float64Array.from(labels),
  ...parts,
});

const binary: Task = { type: "binary" };
const classes: Task = { type: "multiclass", classes: ["a", "b", "c"] };
const regression: Task = { type: "regression", quantiles: [] };
const ranking: Task = { type: "ranking" };

describe("checkTrainable", () => {
  it.each([
    [binary, frame([0, 1])],
    [classes, frame([0, 2, 2])],
    [regression, frame([-1.5])],
    [ranking, frame([0, 31])],
    [binary, frame([0, 1], { weights: Float64Array.of(0, 2.5) })],
  ])("lets pass what can be trained: %j", (task, train) => {
    expect(() => checkTrainable(task, train, frame([]))).not.toThrow();
  });

  it.each([
    ["no row", binary, frame([]), /training split has no rows/],
    ["no column", binary, frame([0, 1], { columns: [] }), /one input or more, got 0/],
    [
      "an output's name",
      regression,
      frame([1], { columns: [numbers("prediction", [1])] }),
      /prediction is an output of every model/,
    ],
    ["a third class of two", binary, frame([0, 1, 2]), /row 2 has the label 2.*binary/],
    ["a class beyond the last", classes, frame([0, 3]), /row 1 has the label 3/],
    ["half a class", classes, frame([0, 0.5]), /row 1 has the label 0.5/],
    ["a class below the first", classes, frame([-1, 1]), /row 0 has the label -1/],
    ["an infinite number", regression, frame([1, Infinity]), /row 1 has the label Infinity/],
    ["no number", regression, frame([Number.NaN]), /row 0 has the label NaN/],
    ["too much relevance", ranking, frame([0, 32]), /row 1 has the label 32/],
    ["a negative relevance", ranking, frame([-1]), /row 0 has the label -1/],
    ["one class only", binary, frame([1, 1]), /one class only.*of class 1/],
    ["one of several classes only", classes, frame([2, 2]), /one class only.*of class 2/],
    [
      "a weight for some rows only",
      binary,
      frame([0, 1], { weights: Float64Array.of(1) }),
      /2 rows have 1 weights/,
    ],
    [
      "a weight below 0",
      binary,
      frame([0, 1], { weights: Float64Array.of(1, -1) }),
      /row 1 has the weight -1/,
    ],
    [
      "an infinite weight",
      binary,
      frame([0, 1], { weights: Float64Array.of(Infinity, 1) }),
      /row 0 has the weight Infinity/,
    ],
    [
      "no weight above 0",
      binary,
      frame([0, 1], { weights: Float64Array.of(0, 0) }),
      /every row of the training split has the weight 0/,
    ],
  ])("fails on %s", (_name, task, train, why) => {
    const attempt = () => checkTrainable(task, train, { ...frame([]), columns: train.columns });
    expect(attempt).toThrow(InvalidInputError);
    expect(attempt).toThrow(why);
  });

  it("fails on labels, weights and columns of the validation split too", () => {
    const train = frame([0, 1]);

    expect(() => checkTrainable(binary, train, frame([7]))).toThrow(/the label 7/);
    expect(() =>
      checkTrainable(binary, train, frame([1], { weights: Float64Array.of(Number.NaN) })),
    ).toThrow(/the weight NaN/);
    expect(() =>
      checkTrainable(binary, train, frame([1], { columns: [numbers("y", [1])] })),
    ).toThrow(/columns must be \[x: number\] as in training, got \[y: number\]/);
  });
});
