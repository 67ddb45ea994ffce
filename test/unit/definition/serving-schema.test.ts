import { describe, expect, test } from "vitest";
import { DEFAULT_SERVING, servingSchema } from "../../../core/definition/serving-schema.ts";

describe("servingSchema", () => {
  test("fills in how a version takes over and what is logged", () => {
    expect(DEFAULT_SERVING.rollout.steps).toEqual([0.01, 0.1, 0.5, 1]);
    expect(DEFAULT_SERVING.log).toEqual({ sample: 1, redact: [] });
    expect(DEFAULT_SERVING.explanations.mostRows).toBe(100);
    expect(DEFAULT_SERVING.fallback).toBeUndefined();
  });

  test.each([
    [{ rollout: { steps: [0.1, 0.1] } }, "must grow from step to step"],
    [{ rollout: { steps: [0.5, 0.1] } }, "must grow from step to step"],
    [{ rollout: { steps: [] } }, "Too small"],
    [{ timeBudgetMs: 0 }, "Too small"],
    [{ log: { sample: 0 } }, "Too small"],
    [{ function: { memoryMb: 20_000 } }, "Too big"],
    [{ fallback: { probability: 0.1 } }, "Invalid input"],
    [{ anything: 1 }, "Unrecognized key"],
  ])("refuses %j", (serving, why) => {
    const { error } = servingSchema.safeParse(serving);
    expect(error?.issues[0]?.message).toContain(why);
  });

  test("takes the fallback of each kind of model", () => {
    const fallbacks = [
      { label: 0, probability: 0.1 },
      { label: "cirrus", probability: 0.4 },
      { prediction: 12.5 },
      { score: -1 },
    ];
    for (const fallback of fallbacks) {
      expect(servingSchema.parse({ fallback }).fallback).toEqual(fallback);
    }
  });
});
