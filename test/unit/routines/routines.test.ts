import { describe, expect, it } from "vitest";
import { defineRoutines } from "../../../core/definition/define-routines.ts";
import { IntegrityError, RoutineError } from "../../../core/errors.ts";
import type { Scores } from "../../../core/inference/scorer.ts";
import { fallbackAnswers } from "../../../core/routines/fallback-answers.ts";
import { answerPostprocessor } from "../../../core/routines/postprocess-answers.ts";
import { rowPreprocessor } from "../../../core/routines/preprocess-rows.ts";
import { type Routine, routineExport, routinesOf } from "../../../core/routines/routine-code.ts";
import { ROW, SHOP, shop } from "./shop.ts";

describe("rowPreprocessor", () => {
  it.each([
    ["what it gives", { age: 31, isNew: false, seen: 7 }, { age: 31, isNew: false, seen: 7 }],
    ["nothing of what it leaves out or gives as it was", { ...ROW, extra: 5 }, {}],
    ["no empty text and no sign of zero", { town: "", age: -0 }, { town: null, age: 0 }],
    ["tags in their order", { wants: "c|a" }, { wants: "a|c" }],
    ["no tags, and missing ones", { wants: "", town: null }, { wants: "", town: null }],
    ["missing values", { town: undefined, wants: null }, { town: null, wants: null }],
  ])("takes %s", (_case, given, changed) => {
    const row = rowPreprocessor(shop(), () => given)(ROW);

    expect(row).toEqual({ ...ROW, ...changed });
    expect(Object.is(row.age, -0)).toBe(false);
  });

  it("hands the routine the fields of a request, and nothing else", () => {
    const seen: object[] = [];
    rowPreprocessor(shop(), (row) => seen.push(row) && row)({ ...ROW, town: null });

    const { extra: _, ...fields } = ROW;
    expect(seen).toEqual([{ ...fields, town: null }]);
  });

  it.each([
    ["it throws", new Error("no"), "routine preprocess threw Error: no"],
    ["it gives no row", 3, "gave the number 3; it must give a row"],
    ["it gives a list", [], "must give a row"],
    [
      "a value breaks the field's contract",
      { age: 200 },
      "gave age: must be at most 150, got the number 200",
    ],
    ["a required field is missing", { age: null }, "gave age: is required"],
    ["an instant is no number", { seen: "now" }, "gave seen: must be milliseconds"],
    ["tags are no text", { wants: ["a"] }, "gave wants: must be text"],
    ["tags are wrong", { wants: "a||b" }, "gave wants: must be a list"],
    ["it changes the event time", { at: 5 }, "changed at, which is no feature that it may change"],
    ["it changes an entity", { who: "bob" }, "changed who"],
    ["it adds a field", { more: 1 }, "changed more"],
  ])("fails where %s", (_case, given, why) => {
    const run = () => {
      if (given instanceof Error) throw given;
      return given;
    };

    const work = () => rowPreprocessor(shop(), run)(ROW);

    expect(work).toThrow(RoutineError);
    expect(work).toThrow(why);
  });
});

const half: Scores = { ...numbers([0.5]), labels: Uint8Array.of(1) };
const three: Scores = {
  ...{ scores: Float32Array.of(0.5), predictions: Float32Array.of(0.25, 0.5, 0.25) },
  labels: ["b"],
};
const ranged: Scores = {
  ...{ scores: Float32Array.of(5), predictions: Float32Array.of(5, 1, 9) },
};
const PROBABILITIES = { a: 1, b: 0, c: 0 };

function numbers(values: readonly number[]) {
  const scores = Float32Array.from(values);
  return { scores, predictions: scores };
}

describe("answerPostprocessor", () => {
  it.each([
    [
      "binary",
      half,
      { label: 0, probability: 0.25, rule: "r", note: "x", none: null },
      [0.25],
      [0],
    ],
    [
      ...(["multiclass", three] as const),
      { label: "a", probability: 1, probabilities: PROBABILITIES, rule: "r" },
      ...[[1, 0, 0], ["a"]],
    ],
    ["regression", numbers([5]), { prediction: 4.5, unit: "EUR", ok: true }, [4.5], undefined],
    ["quantiles", ranged, { prediction: 4, quantiles: { 0.1: 2, 0.9: 8 } }, [4, 2, 8], undefined],
    ["ranking", numbers([2]), { score: 3, count: 1 }, [3], undefined],
  ] as const)(
    "gives the answer of a %s model, and its scores",
    (target, scores, given, predictions, labels) => {
      const post = answerPostprocessor(shop(target), () => ({
        ...(given as object),
        gone: undefined,
      }));

      const made = post(scores, [ROW]);

      expect(made.answers).toEqual([given]);
      expect([...made.scores.predictions]).toEqual(predictions);
      expect(made.scores.labels && [...made.scores.labels]).toEqual(labels);
    },
  );

  it("hands the routine the answer and the row without its instants", () => {
    const seen: unknown[] = [];
    answerPostprocessor(shop(), (...given) => {
      seen.push(...given);
      return given[0];
    })(half, [ROW]);

    const { extra: _extra, at: _at, seen: _seen, ...fields } = ROW;
    expect(seen).toEqual([{ label: 1, probability: 0.5 }, fields]);
  });

  it.each([
    ["binary", half, undefined, "must give an answer"],
    ["binary", half, { label: 1 }, "gave probability: must be a number from 0 to 1"],
    ["binary", half, { label: 2, probability: 1 }, "gave label: must be 0 or 1"],
    ["binary", half, { label: 0, probability: 1 }, "changed the label from 1 to 0 without a rule"],
    ["binary", half, { label: 1, probability: 1, rule: "a rule" }, "gave rule: must be a name"],
    ["binary", half, { label: 1, probability: 1, x: {} }, "gave x; beside its task"],
    ["binary", half, { label: 1, probability: 1, x: Number.NaN }, "gave x; beside its task"],
    ["binary", half, { label: 1, probability: 1, predictionId: "1" }, "gave predictionId"],
    [
      ...(["binary", half] as const),
      {
        label: 1,
        probability: 1,
        ...Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`m${i}`, i])),
      },
      "gave 51 members",
    ],
    ["multiclass", three, { label: "z", probability: 1 }, "gave label: must be one of a, b, c"],
    [
      "multiclass",
      three,
      { label: "b", probability: 1 },
      "gave probabilities: must be a number from 0 to 1 for each of a, b, c",
    ],
    [
      "regression",
      numbers([5]),
      { prediction: 1e39 },
      "gave prediction: must be a finite 32-bit number",
    ],
    ["quantiles", ranged, { prediction: 1, quantiles: { 0.1: 1 } }, "gave quantiles"],
    ["ranking", numbers([2]), { score: "1" }, "gave score"],
  ] as const)(
    "fails where a %s model's routine gives something else: %#",
    (target, scores, given, why) => {
      const work = () => answerPostprocessor(shop(target), () => given)(scores, [ROW]);

      expect(work).toThrow(RoutineError);
      expect(work).toThrow(why);
    },
  );

  it("fails where the routine throws", () => {
    const run: Routine = () => {
      throw new Error("no");
    };
    expect(() => answerPostprocessor(shop(), run)(half, [ROW])).toThrow(
      "postprocess threw Error: no",
    );
  });
});

describe("fallbackAnswers", () => {
  it.each([
    ["binary", { label: 0, probability: 0.1 }, { label: 0, probability: 0.1 }],
    [
      ...(["multiclass", { label: "b", probability: 0.5 }] as const),
      { label: "b", probability: 0.5, probabilities: { a: 0.25, b: 0.5, c: 0.25 } },
    ],
    ["regression", { prediction: 3 }, { prediction: 3 }],
    ["quantiles", { prediction: 3 }, { prediction: 3, quantiles: { "0.1": 3, "0.9": 3 } }],
    ["ranking", { score: 1 }, { score: 1 }],
  ] as const)("answers as a %s model does", (target, fallback, answer) => {
    const answers = fallbackAnswers(shop(target, { fallback }, []), {});

    expect(answers?.([ROW, ROW]).answers).toEqual([answer, answer]);
  });

  it("has none where the model has none, and fails where its rule does", () => {
    const name = routineExport("fallback");
    const bad = { [name]: () => ({ label: 9 }) };
    const thrown = {
      [name]: () => {
        throw new Error("no");
      },
    };

    expect(fallbackAnswers(shop("binary", undefined, []), {})).toBeUndefined();
    const definition = shop("binary", undefined, ["fallback"]);
    expect(() => fallbackAnswers(definition, bad)?.([ROW])).toThrow("routine fallback gave label");
    expect(() => fallbackAnswers(definition, thrown)?.([ROW])).toThrow("routine fallback threw");
    expect(() => routinesOf(definition, {})).toThrow(IntegrityError);
  });

  it.each([
    [
      "binary",
      { prediction: 1 },
      "serving.fallback.prediction: is no part of what a binary model answers",
    ],
    [
      "binary",
      { label: 3, probability: 1 },
      "serving.fallback.label: must be 0 or 1, got the number 3",
    ],
    [
      "multiclass",
      { label: "z", probability: 1 },
      "serving.fallback.label: must be one of a, b, c",
    ],
    ["regression", { score: 1 }, "serving.fallback.score: is no part"],
    ["ranking", { prediction: 1 }, "serving.fallback.prediction: is no part"],
  ] as const)("is refused of another kind than the target: %s", (target, fallback, why) => {
    expect(() => shop(target, { fallback })).toThrow(why);
  });
});

describe("defineRoutines", () => {
  it("gives the routines themselves", () => {
    const routines = { preprocess: (row: object) => row };
    expect(defineRoutines(SHOP, routines)).toBe(routines);
  });
});
