import { describe, expect, it } from "vitest";
import { graphOutputs, type Task, taskOf, widthOf } from "../../../core/definition/task.ts";
import { checkPredictions } from "../../../core/inference/check-predictions.ts";
import { outputColumns } from "../../../core/inference/output-columns.ts";
import { predictionAnswers } from "../../../core/inference/prediction-answers.ts";
import { watchedScores } from "../../../core/inference/watched-scores.ts";

const classes: Task = { type: "multiclass", classes: ["red", "blue"] };
const quantiles: Task = { type: "regression", quantiles: [0.1, 0.9] };
const of = (...values: number[]) => Float32Array.of(...values);

describe("predictionAnswers", () => {
  it("says label and probability of a binary model", () => {
    const scores = of(0.25, 0.75);
    const answered = { scores, predictions: scores, labels: Uint8Array.of(0, 1) };

    expect(predictionAnswers({ type: "binary" }, answered)).toEqual([
      { label: 0, probability: 0.25 },
      { label: 1, probability: 0.75 },
    ]);
  });

  it("says the class by name, and every class's probability", () => {
    const answered = {
      scores: of(0.75, 0.5),
      predictions: of(0.25, 0.75, 0.5, 0.5),
      labels: ["blue", "red"],
    };

    expect(predictionAnswers(classes, answered)).toEqual([
      { label: "blue", probability: 0.75, probabilities: { red: 0.25, blue: 0.75 } },
      { label: "red", probability: 0.5, probabilities: { red: 0.5, blue: 0.5 } },
    ]);
  });

  it("says a number, and its quantiles where there are some", () => {
    expect(predictionAnswers(quantiles, { scores: of(3), predictions: of(3, 1, 9) })).toEqual([
      { prediction: 3, quantiles: { "0.1": 1, "0.9": 9 } },
    ]);
    const bare: Task = { type: "regression", quantiles: [] };
    expect(predictionAnswers(bare, { scores: of(3), predictions: of(3) })).toEqual([
      { prediction: 3 },
    ]);
  });

  it("says a ranking's score", () => {
    expect(predictionAnswers({ type: "ranking" }, { scores: of(-2), predictions: of(-2) })).toEqual(
      [{ score: -2 }],
    );
  });
});

describe("checkPredictions", () => {
  const binary: Task = { type: "binary" };

  it("lets pass what the task predicts, and no rows", () => {
    checkPredictions(binary, {
      scores: of(0, 1),
      predictions: of(0, 1),
      labels: Uint8Array.of(0, 1),
    });
    checkPredictions(classes, {
      scores: of(0.75, 0.5),
      predictions: of(0.25, 0.75, 0.5, 0.5),
      labels: ["blue", "red"],
    });
    checkPredictions(quantiles, { scores: of(3e38), predictions: of(3e38, -3e38, 0) });
    checkPredictions({ type: "ranking" }, { scores: of(-7), predictions: of(-7) });
    checkPredictions(classes, { scores: of(), predictions: of(), labels: [] });
  });

  it.each([
    [binary, of(1.5), of(1.5), "1.5 to row 0 of 1, which is no probability"],
    [binary, of(0, Number.NaN), of(0, Number.NaN), "NaN to row 1 of 2, which is no probability"],
    [classes, of(0.5), of(0.5), "1 numbers to 1 rows, a multiclass model answers 2 a row"],
    [classes, of(1), of(1, -0.1), "-0.10000000149011612 to row 0"],
    [quantiles, of(1, 2), of(1, 2, 3, 2, 3, Number.NaN), "NaN to row 1 of 2, which is no finite"],
    [{ type: "ranking" } as Task, of(Infinity), of(Infinity), "Infinity to row 0"],
  ])("refuses what %j does not predict", (task, scores, predictions, why) => {
    expect(() => checkPredictions(task, { scores, predictions })).toThrow(why);
  });

  it.each([
    ["a label of no class", ["green"], "the label green to row 0; the classes are red, blue"],
    ["no label", [], "the label undefined to row 0"],
    [
      "the less likely class",
      ["red"],
      "the label red to row 0, but another class's probability 0.75",
    ],
  ])("refuses %s", (_what, labels, why) => {
    const answered = { scores: of(0.75), predictions: of(0.25, 0.75), labels };

    expect(() => checkPredictions(classes, answered)).toThrow(why);
  });

  it("refuses labels of two classes but 0 and 1, and none", () => {
    const answered = { scores: of(0.75), predictions: of(0.75) };

    expect(() => checkPredictions(binary, { ...answered, labels: Uint8Array.of(2) })).toThrow(
      "the label 2 to row 0; the classes are 0, 1",
    );
    expect(() => checkPredictions(binary, answered)).toThrow("the label undefined");
  });
});

describe("watchedScores", () => {
  it("is the first of a row, or the highest of classes", () => {
    const predictions = of(0.25, 0.75, 0.5, 0.5);

    expect(watchedScores(predictions, { width: 1, ofClasses: false })).toBe(predictions);
    expect([...watchedScores(predictions, { width: 2, ofClasses: true })]).toEqual([0.75, 0.5]);
    expect([...watchedScores(predictions, { width: 2, ofClasses: false })]).toEqual([0.25, 0.5]);
  });
});

describe("tasks", () => {
  it("have a width, outputs and columns of their own", () => {
    const ranking = taskOf({ type: "ranking" });
    const all = [
      taskOf({ type: "binary" }),
      taskOf({ type: "multiclass", classes: ["red", "blue"] }),
      taskOf({ type: "regression", quantiles: [0.1, 0.9] }),
      taskOf({ type: "regression" }),
      ranking,
    ];

    expect(all.map(widthOf)).toEqual([1, 2, 3, 1, 1]);
    expect(all.map((task) => graphOutputs(task).map(({ name }) => name))).toEqual([
      ["label", "probabilities"],
      ["label", "probabilities"],
      ["prediction", "quantiles"],
      ["prediction"],
      ["score"],
    ]);
    expect(all.map((task) => outputColumns(task).map(({ name }) => name))).toEqual([
      ["score", "label"],
      ["probability_red", "probability_blue", "label"],
      ["prediction", "quantile_0.1", "quantile_0.9"],
      ["prediction"],
      ["score"],
    ]);
  });
});
