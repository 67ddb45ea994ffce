import { describe, expect, it } from "vitest";
import type { StoredDefinition } from "../../../core/definition/model-definition.ts";
import { definitionSchema } from "../../../core/definition/schema.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { scoringColumns } from "../../../core/inference/scoring-columns.ts";

const definition = {
  fields: definitionSchema.shape.fields.parse({
    at: { type: "timestamp", role: "feature" },
    amount: { type: "number", role: "feature" },
    isNew: { type: "boolean", role: "feature" },
    plan: { type: "category", role: "feature" },
    customer: { type: "category", role: "entity" },
  }),
  rowFeatures: {
    scaled: { type: "number", from: ["amount"] },
    initial: { type: "category", from: ["plan"] },
  },
} as unknown as StoredDefinition;

const columnsOf = scoringColumns({
  digest: "d",
  definition,
  compute: {
    scaled: ({ amount }) => {
      if (amount === 13) throw new Error("unlucky");
      return amount === null ? null : Number(amount) * 1e38;
    },
    initial: ({ plan }) => (plan === null ? null : String(plan).slice(0, 1)),
  },
});

const row = { at: 0, amount: 0.5, isNew: true, plan: "pro", customer: "c" };

describe("scoringColumns", () => {
  it("lays rows out as the graph's inputs; timestamps and entities are none", () => {
    const empty = { at: null, amount: null, isNew: null, plan: null, customer: null };

    expect(columnsOf([row, { ...row, isNew: false }, empty])).toEqual({
      amount: Float32Array.of(0.5, 0.5, Number.NaN),
      isNew: Float32Array.of(1, 0, Number.NaN),
      plan: ["pro", "pro", ""],
      scaled: Float32Array.of(0.5e38, 0.5e38, Number.NaN),
      initial: ["p", "p", ""],
    });
  });

  it("leaves a bug what it is", () => {
    const broken = Object.defineProperty({ ...row }, "amount", {
      get: () => {
        throw new TypeError("a bug");
      },
    });

    expect(() => columnsOf([broken])).toThrow(TypeError);
  });

  it.each([
    ["a row feature throws", 13, /instances\[1\]: row feature scaled threw .*unlucky/],
    ["a row feature is beyond float32", 100, /instances\[1\]: scaled is 1e\+40, beyond/],
  ])("fails with the row's place where %s", (_name, amount, message) => {
    const score = () => columnsOf([row, { ...row, amount }]);

    expect(score).toThrow(InvalidInputError);
    expect(score).toThrow(message);
  });
});
