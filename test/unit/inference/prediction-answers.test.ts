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
  it("lets pass what the task predicts", () => {
    checkPredictions(classes, { scores: of(0.75), predictions: of(0.25, 0.75) });
    checkPredictions({ type: "ranking" }, { scores: of(-7), predictions: of(-7) });
  });

  it.each([
    [{ type: "binary" } as Task, of(1.5), of(1.5), "1.5, which is no probability"],
    [classes, of(0.5), of(0.5), "1 numbers to 1 rows, a multiclass model answers 2 a row"],
    [classes, of(), of(), "0 numbers to 0 rows"],
    [quantiles, of(1), of(1, Number.NaN, 2), "NaN, which is no finite number"],
  ])("refuses what %j does not predict", (task, scores, predictions, why) => {
    expect(() => checkPredictions(task, { scores, predictions })).toThrow(why);
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
