import { describe, expect, it } from "vitest";
import { aggregateColumns } from "../../../core/definition/aggregate-columns.ts";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import type { FeatureAnswer, FeatureRequest } from "../../../core/features/feature-store.ts";
import { enrichRows } from "../../../core/inference/enrich-rows.ts";

const stream = parseStream({
  name: "sales",
  owner: "shop",
  description: "sales",
  fields: { at: { type: "timestamp" }, shop: { type: "category" }, goods: { type: "category" } },
  eventTime: "at",
  features: {
    last_goods: { entity: ["shop"], operation: "last", value: "goods", window: "1h" },
  },
});
const columns = aggregateColumns({
  streams: [stream],
  aggregates: {
    last_goods: {
      stream: "sales",
      key: {},
      input: true,
      inRequest: "refused",
      fallback: { use: "missing" },
    },
  },
});

describe("enrichRows", () => {
  it("takes text for text, at now where rows have no time, and falls back on what is no text", async () => {
    const asked: FeatureRequest[] = [];
    const answers: readonly FeatureAnswer[] = [{ value: "bread" }, { value: 3 }];
    const store = {
      read: async (requests: readonly FeatureRequest[]) => {
        asked.push(...requests);
        return answers;
      },
    };

    const { rows, fallbacks } = await enrichRows({
      rows: [{ shop: "a" }, { shop: "b" }],
      columns,
      eventTime: undefined,
      nowMs: 5_000,
      reading: { store, setTimer: () => () => {} },
    });

    expect(asked.map(({ key, atMs }) => [key, atMs])).toEqual([
      [["a"], 5_000],
      [["b"], 5_000],
    ]);
    expect(rows).toEqual([
      { shop: "a", last_goods: "bread" },
      { shop: "b", last_goods: null },
    ]);
    expect(fallbacks).toMatchObject([
      {
        feature: "last_goods",
        rows: [1],
        reason: "the feature store holds a number, not a category",
      },
    ]);
  });
});
