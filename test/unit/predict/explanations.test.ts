import { describe, expect, it } from "vitest";
import { explainRequest } from "../../../core/explain/explain-request.ts";
import { sampledExplainer } from "../../../core/explain/sampled-explainer.ts";
import type { Scores, ScoringColumns } from "../../../core/inference/scorer.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };

/** 2a + 3b + ab. */
const score = async ({ a, b }: ScoringColumns): Promise<Scores> => {
  const scores = Float32Array.from(a as Float32Array, (x, i) => {
    const y = Number(b?.[i]);
    return 2 * x + 3 * y + x * y;
  });
  return { scores, predictions: scores };
};

describe("explanations of a request", () => {
  it("credits the hand-computed Shapley values of a product", async () => {
    const background = { a: Float32Array.of(0), b: Float32Array.of(0) };
    const explainer = sampledExplainer({
      ...{ task: { type: "regression", quantiles: [] }, inputs: ["a", "b"] },
      ...{ background, backgroundRows: 1, score },
    });
    const { definition: flights } = servingWorld();
    const definition = { ...flights, target: { ...flights.target, type: "regression" as const } };
    const columns = { a: Float32Array.of(1), b: Float32Array.of(2) };

    const found = await explainRequest(
      { definition, explainer: async () => explainer },
      { id: "r", rows: [{ a: 1, b: 2 }], columns, scores: await score(columns) },
      () => 0,
    );

    // of 10: a has 2 and half of 2, b has 6 and half of 2
    expect(found.rows[0]).toMatchObject({ margin: expect.closeTo(10, 9), base: 0 });
    expect([...(found.rows[0]?.contributions ?? [])]).toEqual([
      expect.closeTo(3, 9),
      expect.closeTo(7, 9),
    ]);
    expect(found.rows[0]?.reasons[0]).toEqual({
      ...{ field: "b", value: 2, contribution: expect.closeTo(7, 9), direction: "raises" },
    });
  });

  it.each([
    ["yes", "explain must be true or false"],
    [true, "cannot be explained"],
  ])(
    "fails with 400 on explain: %j of a version with nothing that explains it",
    async (explain, why) => {
      const world = servingWorld();
      world.promote(world.publish());
      const body = { instances: [FLIGHT], explain };

      const answer = await makeHandler(world.deps)(
        httpEvent("POST", `/models/${MODEL}/predictions`, body),
      );

      expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining(why)]);
    },
  );
});
