import { describe, expect, it } from "vitest";
import { aggregateColumns, usedStreams } from "../../../core/definition/aggregate-columns.ts";
import { durationMs, durationSchema } from "../../../core/definition/duration.ts";
import { featureKind } from "../../../core/definition/feature-kind.ts";
import { featureOrder } from "../../../core/definition/feature-order.ts";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { model as flightDelay } from "../../../models/flight-delay/model.ts";

const COUNT = { entity: ["shop"], operation: "count", window: "1h" };

const STREAM = {
  name: "sales",
  owner: "shop",
  description: "sales",
  fields: {
    at: { type: "timestamp" },
    shop: { type: "category" },
    till: { type: "integer" },
    price: { type: "number" },
    paid: { type: "boolean" },
    due: { type: "timestamp", required: false },
  },
  eventTime: "at",
  features: { shop_sales_1h: COUNT },
};

/** What is told of an input, each as its path. */
function pathsOf(parse: () => unknown): readonly string[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues.map(({ path }) => path);
    throw error;
  }
  return [];
}

const ofStream = (change: object) => pathsOf(() => parseStream({ ...STREAM, ...change }));
const ofFeature = (change: object) =>
  ofStream({ features: { f: { ...COUNT, ...change } } }).map((path) =>
    path.replace("features.f.", ""),
  );
const where = (condition: object) => ofFeature({ where: [condition] });

describe("durations", () => {
  it("are whole numbers of a unit", () => {
    expect(["5ms", "2s", "90m", "3h", "7d"].map(durationMs)).toEqual([
      5, 2_000, 5_400_000, 10_800_000, 604_800_000,
    ]);
    for (const text of ["-3h", "3", "h", "1.5h", "3 h", ""]) {
      expect(durationSchema.safeParse(text).success, text).toBe(false);
    }
    expect(() => durationMs("soon")).toThrow("soon is no duration");
  });
});

describe("parseStream", () => {
  it("takes a stream and fills in defaults", () => {
    expect(parseStream(STREAM)).toMatchObject({
      id: "id",
      allowedLateness: "1h",
      features: { shop_sales_1h: { availableAfter: "0s", where: [] } },
    });
  });

  it.each<[string, object, readonly string[]]>([
    ["an unknown member", { nmae: "x" }, ["nmae"]],
    ["an event time that is no field", { eventTime: "when" }, ["eventTime"]],
    ["an event time that may be missing", { eventTime: "due" }, ["eventTime"]],
    ["an id that is a number", { id: "price" }, ["id"]],
    ["a feature named as a field", { features: { price: COUNT } }, ["features.price"]],
  ])("refuses %s", (_what, change, paths) => {
    expect(ofStream(change)).toEqual(paths);
  });

  it.each<[string, object, readonly string[]]>([
    ["a negative window", { window: "-3h" }, ["window"]],
    ["a window of a minute", { window: "1m" }, ["window"]],
    ["a window of a year", { window: "365d" }, ["window"]],
    ["the last none", { window: { last: 0 } }, ["window.last"]],
    ["a negative delay", { availableAfter: "-1h" }, ["availableAfter"]],
    ["an entity that is no field", { entity: ["city"] }, ["entity[0]"]],
    ["an entity that is a number", { entity: ["price"] }, ["entity[0]"]],
    ["an entity named twice", { entity: ["shop", "shop"] }, ["entity"]],
    ["a sum of nothing", { operation: "sum" }, ["value"]],
    ["a count of something", { value: "price" }, ["value"]],
    ["a sum of texts", { operation: "sum", value: "shop" }, ["value"]],
    ["a value that is no field", { operation: "sum", value: "cost" }, ["value"]],
    ["a value that is a time", { operation: "last", value: "due" }, ["value"]],
    ["a rate of nothing", { operation: "rate" }, ["of"]],
    ["a count with hits", { of: [{ field: "paid", is: "=", value: true }] }, ["of"]],
    ["a topK without k", { operation: "topK", value: "shop" }, ["k"]],
    ["a count with k", { k: 3 }, ["k"]],
  ])("refuses %s", (_what, change, paths) => {
    expect(ofFeature(change)).toEqual(paths);
  });

  it.each<[object, readonly string[]]>([
    [{ field: "price", is: ">", value: 3 }, []],
    [{ field: "till", is: "in", value: [1, 2] }, []],
    [{ field: "paid", is: "=", value: true }, []],
    [{ field: "due", is: "<", value: "2026-01-01T00:00:00Z" }, []],
    [{ field: "due", is: "missing" }, []],
    [{ field: "cost", is: "missing" }, ["where[0].field"]],
    [{ field: "price", is: ">", value: "3" }, ["where[0].value"]],
    [{ field: "till", is: "in", value: [1, "2"] }, ["where[0].value"]],
    [{ field: "due", is: "<", value: "soon" }, ["where[0].value"]],
    [{ field: "shop", is: "<", value: "b" }, ["where[0].is"]],
    [{ field: "paid", is: ">=", value: false }, ["where[0].is"]],
  ])("takes the condition %j, or says what is wrong with it", (condition, paths) => {
    expect(where(condition)).toEqual(paths);
  });

  it("says which stream is wrong, even of what is none", () => {
    expect(() => parseStream({ ...STREAM, eventTime: "when" })).toThrow(
      /definition of stream "sales" is wrong: eventTime: must name a required field/,
    );
    expect(() => parseStream(undefined)).toThrow("definition of stream (without a name) is wrong");
    expect(() => parseStream({ ...STREAM, features: { f: { ...COUNT, window: "-3h" } } })).toThrow(
      'must be a span from 5m to 90d, such as "3h", or { last: 20 }, got the string "-3h"',
    );
  });
});

describe("featureKind", () => {
  it("is text for texts, and for the most frequent of anything", () => {
    const feature = (change: object) =>
      featureKind(parseStream({ ...STREAM, features: { f: { ...COUNT, ...change } } }), "f");

    expect(feature({ operation: "topK", value: "till", k: 2 })).toBe("category");
    expect(feature({ operation: "last", value: "shop" })).toBe("category");
    expect(feature({ operation: "first", value: "price" })).toBe("number");
    expect(feature({ operation: "distinct", value: "shop" })).toBe("number");
    expect(featureKind({ ...parseStream(STREAM), features: {} }, "f")).toBe("number");
  });
});

const MODEL = {
  ...flightDelay,
  streams: [parseStream(STREAM)],
  aggregates: { shop_sales_1h: { stream: "sales", key: { shop: "origin" } } },
};

const ofModel = (change: object) => pathsOf(() => parseDefinition({ ...MODEL, ...change }));
const ofAggregate = (change: object) =>
  ofModel({
    aggregates: { a: { ...MODEL.aggregates.shop_sales_1h, feature: "shop_sales_1h", ...change } },
  });

describe("aggregates of a definition", () => {
  it("are resolved, and stored with no more of their streams than they read", () => {
    const features = { shop_sales_1h: COUNT, unused: COUNT };
    const unread = parseStream({ ...STREAM, name: "returns" });
    const definition = storedDefinition(
      parseDefinition({ ...MODEL, streams: [parseStream({ ...STREAM, features }), unread] }),
    );

    expect(aggregateColumns(definition)).toMatchObject([
      { name: "shop_sales_1h", featureName: "shop_sales_1h", kind: "number", key: ["origin"] },
    ]);
    expect(definition.streams.map(({ name }) => name)).toEqual(["sales"]);
    expect(Object.keys(definition.streams[0]?.features ?? {})).toEqual(["shop_sales_1h"]);
    expect(usedStreams({ streams: [unread], aggregates: {} })).toEqual([]);
    expect(aggregateColumns({})).toEqual([]);
  });

  it.each<[string, object, readonly string[]]>([
    ["an unknown stream", { stream: "visits" }, ["aggregates.a.stream"]],
    ["an unknown feature", { feature: "shop_sales_9h" }, ["aggregates.a.feature"]],
    ["a key of another type", { key: { shop: "distance" } }, ["aggregates.a.key.shop"]],
    ["a key that is no field", { key: {} }, ["aggregates.a.key.shop"]],
    [
      "a key that the entity lacks",
      { key: { shop: "origin", till: "distance" } },
      ["aggregates.a.key.till"],
    ],
    [
      "a default of another kind",
      { fallback: { use: "default", value: "none" } },
      ["aggregates.a.fallback.value"],
    ],
  ])("refuse %s", (_what, change, paths) => {
    expect(ofAggregate(change)).toEqual(paths);
  });

  it("take a default of their kind", () => {
    const last = { ...COUNT, operation: "last", value: "shop" };
    const streams = [parseStream({ ...STREAM, features: { shop_sales_1h: last } })];
    const fallback = (value: unknown) =>
      ofModel({
        streams,
        aggregates: {
          a: {
            ...MODEL.aggregates.shop_sales_1h,
            feature: "shop_sales_1h",
            fallback: { use: "default", value },
          },
        },
      });

    expect(ofAggregate({ fallback: { use: "default", value: 0 } })).toEqual([]);
    expect(fallback("none")).toEqual([]);
    expect(fallback(1)).toEqual(["aggregates.a.fallback.value"]);
  });

  it("refuse names that are taken, a stream twice, a wrong stream, and rows without a time", () => {
    const { shop_sales_1h: sales } = MODEL.aggregates;
    const named = { ...sales, feature: "shop_sales_1h" };
    const wrong = { ...parseStream(STREAM), eventTime: "when" };
    const timeless = { ...MODEL.source, eventTime: undefined };
    const split = { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } };

    expect(ofModel({ aggregates: { distance: named, hour: named } })).toEqual(
      expect.arrayContaining(["aggregates.distance", "aggregates.hour"]),
    );
    expect(ofModel({ streams: [...MODEL.streams, ...MODEL.streams] })).toEqual(["streams[1].name"]);
    expect(ofModel({ streams: [wrong] })).toEqual(["streams.sales.eventTime"]);
    expect(ofModel({ source: timeless, split })).toEqual(["source.eventTime"]);
    expect(ofModel({ streams: [] })).toEqual(["aggregates.shop_sales_1h.stream"]);
    expect(ofModel({ streams: [{ ...parseStream(STREAM), features: {} }] })).toEqual([
      "aggregates.shop_sales_1h.feature",
    ]);
  });
});

describe("featureOrder", () => {
  it("puts each behind what it reads", () => {
    const order = { c: { from: ["a", "b"] }, b: { from: ["a", "x"] }, a: { from: ["x"] } };

    expect(featureOrder(order)).toEqual({ order: ["a", "b", "c"], circle: [] });
  });

  it("finds a round of features that read each other", () => {
    const round = {
      a: { from: ["b"] },
      b: { from: ["c"] },
      c: { from: ["b"] },
      d: { from: ["a"] },
    };

    expect(featureOrder(round).circle).toEqual(["b", "c", "b"]);
    expect(featureOrder({ a: { from: ["a"] } }).circle).toEqual(["a", "a"]);
  });

  it("makes a definition with such a round refused, naming it", () => {
    const compute = () => 1;
    const rowFeatures = {
      speed: { type: "number", from: ["pace"], compute },
      pace: { type: "number", from: ["speed"], compute },
    };

    expect(() => parseDefinition({ ...MODEL, rowFeatures })).toThrow(
      "rowFeatures.pace.from: reads itself: pace reads speed reads pace",
    );
  });
});
