import { describe, expect, it } from "vitest";
import { answerHead, answerLines } from "../../../console/model/answer-words.ts";
import type { PredictionAnswer } from "../../../core/inference/prediction-answers.ts";

describe("a prediction's answer in words", () => {
  it.each<[string, PredictionAnswer, string, readonly string[]]>([
    ["binary 1", { label: 1, probability: 0.71234 }, "yes", ["label 1, probability 0.7123"]],
    ["binary 0", { label: 0, probability: 0.2 }, "no", ["label 0, probability 0.2000"]],
    [
      "multiclass, most probable first",
      { label: "rain", probability: 0.6, probabilities: { fog: 0.1, sun: 0.3, rain: 0.6 } },
      "rain",
      ["rain: probability 0.6000", "sun: probability 0.3000", "fog: probability 0.1000"],
    ],
    ["regression", { prediction: -12_345.678 }, "-12,346", []],
    [
      "regression with quantiles, in their order",
      { prediction: 8.5, quantiles: { "0.9": 41.25, "0.1": -9, "0.025": -20 } },
      "8.5",
      ["2.5% at most -20", "10% at most -9", "90% at most 41.25"],
    ],
    [
      "ranking",
      { score: -0.25 },
      "score -0.2500",
      ["the higher, the earlier among the rows of one query"],
    ],
  ])("tell a %s one", (_name, answer, head, lines) => {
    expect(answerHead(answer)).toBe(head);
    expect(answerLines(answer)).toEqual(lines);
  });

  it("tell five classes at most", () => {
    const probabilities = Object.fromEntries([..."abcdefg"].map((name) => [name, 1 / 7]));

    expect(answerLines({ label: "a", probability: 1 / 7, probabilities })).toHaveLength(5);
  });
});
