import { describe, expect, it } from "vitest";
import {
  missingFields,
  postprocessedPredictions,
} from "../../../core/evaluation/postprocessed-predictions.ts";
import { answerPostprocessor } from "../../../core/routines/postprocess-answers.ts";
import type { Routine } from "../../../core/routines/routine-code.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { shop, type TARGETS } from "./shop.ts";

describe("postprocessedPredictions", () => {
  const frame = (ages: readonly number[]): LabelledFrame => ({
    ...{ rows: ages.length, labels: new Uint8Array(ages.length) },
    columns: [
      { kind: "number", name: "age", values: Float32Array.from(ages) },
      {
        kind: "category",
        name: "town",
        codes: new Int32Array(ages.length).fill(-1),
        dictionary: [],
      },
      { kind: "category", name: "wants", codes: new Int32Array(ages.length), dictionary: ["a"] },
    ],
    context: [
      { kind: "number", name: "isNew", values: new Float32Array(ages.length).fill(1) },
      { kind: "category", name: "who", codes: new Int32Array(ages.length), dictionary: ["ann"] },
    ],
  });
  type Run = (answer: Record<string, number>, row: { age: number }) => unknown;
  const judge = (
    target: keyof typeof TARGETS,
    run: Run,
    ages: readonly number[],
    scored: readonly number[],
  ) => {
    const definition = shop(target);
    const postprocess = answerPostprocessor(definition, run as unknown as Routine);
    const predictions = Float32Array.from(scored);
    return [
      ...postprocessedPredictions({ definition, postprocess }, frame(ages), {
        predictions,
        threshold: 0.4,
      }),
    ];
  };

  it("takes the routine's probabilities, and makes a label certain that they contradict", () => {
    const run: Run = (answer, { age }) => {
      if (age < 10) return { ...answer, label: 0, rule: "young" };
      return { ...answer, probability: Math.round((answer.probability as number) * 4) / 4 };
    };

    // at threshold 0.4: 0.9 is a 1 that the rule makes a 0; 0.55 is rounded to 0.5, 0.2 to 0.25
    expect(judge("binary", run, [5, 20, 20], [0.9, 0.55, 0.2])).toEqual([0, 0.5, 0.25]);
  });

  it("makes a class certain, and takes numbers as they are", () => {
    const toC: Run = (answer, { age }) =>
      age < 10 ? { ...answer, label: "c", rule: "r" } : answer;
    const cap: Run = (answer) => ({
      ...answer,
      prediction: Math.min(answer.prediction as number, 3),
    });

    const classes = [0.25, 0.5, 0.25];
    expect(judge("multiclass", toC, [5, 20], [...classes, ...classes])).toEqual([
      0,
      0,
      1,
      ...classes,
    ]);
    expect(judge("regression", cap, [5, 20], [2, 7])).toEqual([2, 3]);
  });

  it("sees rows as requests have them, and tells which fields a dataset lacks", () => {
    const seen: unknown[] = [];
    const run: Run = (answer, row) => {
      seen.push(row);
      return answer;
    };
    judge("binary", run, [30], [0.5]);

    expect(seen).toEqual([{ age: 30, town: null, wants: "a", isNew: true, who: "ann" }]);
    const { context: _none, ...less } = frame([1]);
    expect(missingFields(shop(), less)).toEqual(["isNew", "who"]);
    expect(missingFields(shop(), frame([1]))).toEqual([]);
    const { definition, postprocess } = {
      definition: shop(),
      postprocess: answerPostprocessor(shop(), run as unknown as Routine),
    };
    postprocessedPredictions(
      { definition, postprocess },
      { ...less, columns: [{ kind: "number", name: "age", values: Float32Array.of(Number.NaN) }] },
      { predictions: Float32Array.of(0.5), threshold: 0.5 },
    );
    expect(seen[1]).toEqual({ age: null, town: null, wants: null, isNew: null, who: null });
  });
});
