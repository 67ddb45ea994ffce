import { describe, expect, it } from "vitest";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { UnavailableError } from "../../../core/errors.ts";
import type { FeatureAnswer, FeatureRequest } from "../../../core/features/feature-store.ts";
import { parsePredictionMessage } from "../../../core/inference/prediction-message.ts";
import { stream as flights } from "../../../features/flights.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { model as flightDelay } from "../../../models/flight-delay/model.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { CODE, MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const FLIGHT = { date: "2001-06-03T11:10:00Z", origin: "ORD", destination: "LAX", distance: 0 };
const AT = Date.parse(FLIGHT.date);

/** One of each kind: refused in a request; carried by it; read by a row feature alone. */
const AGGREGATES: NonNullable<ModelDefinition["aggregates"]> = {
  origin_late_rate_3h: { stream: "flights" },
  destination_late_rate_3h: {
    stream: "flights",
    inRequest: "wins",
    fallback: { use: "default", value: 0.25 },
  },
  origin_flights_1h: { stream: "flights", input: false },
};

const busy: NonNullable<ModelDefinition["rowFeatures"]>[string] = {
  type: "number",
  from: ["origin_flights_1h", "hour"],
  compute: () => 0,
};
const WITH_BUSY = `${CODE}\nexport const busy = ({ origin_flights_1h, hour }) => origin_flights_1h === null ? -1 : origin_flights_1h * 100 + hour;`;

const givenTo = ({ featureName, key }: FeatureRequest): FeatureAnswer => {
  if (featureName === "origin_flights_1h") return { value: 7 };
  return { value: key[0] === "ORD" ? 0.5 : 0.75 };
};

function setUp({
  read = async (requests: readonly FeatureRequest[]) => requests.map(givenTo),
  changes = {} as Partial<ModelDefinition>,
} = {}) {
  const world = servingWorld({
    streams: [flights],
    aggregates: AGGREGATES,
    rowFeatures: { ...flightDelay.rowFeatures, busy },
    ...changes,
  });
  world.promote(
    world.publish({ weights: { origin_late_rate_3h: 1 }, code: WITH_BUSY, status: "registered" }),
  );
  const reads: (readonly FeatureRequest[])[] = [];
  const timers: (() => void)[] = [];
  let forgotten = 0;
  const handler = makeHandler({
    ...world.deps,
    features: {
      store: {
        read: (requests) => {
          reads.push(requests);
          return read(requests);
        },
      },
      setTimer: (run, delayMs) => {
        expect(delayMs).toBe(50);
        timers.push(run);
        return () => {
          forgotten += 1;
        };
      },
    },
  });
  const call = async (...event: Parameters<typeof httpEvent>) => {
    const { statusCode, headers, body } = await handler(httpEvent(...event));
    return { statusCode, headers, body: JSON.parse(body ?? "null") };
  };
  const predict = (...instances: object[]) =>
    call("POST", `/models/${MODEL}/predictions`, { instances });
  const records = async () => {
    await world.runTasks();
    return world.messages.flatMap((message) => parsePredictionMessage(message).records);
  };
  return { ...world, call, predict, records, reads, timers, forgotten: () => forgotten };
}

const fallbackMetrics = ({ metrics }: Pick<ReturnType<typeof servingWorld>, "metrics">) =>
  metrics.filter((one) => one.metrics.some(({ name }) => name === "FeatureFallbacks"));

describe("a prediction with features of streams", () => {
  it("reads all features of a request at once, at the row's time, and logs what it used", async () => {
    const { predict, records, reads, forgotten, ...world } = setUp();

    const answer = await predict(FLIGHT);

    expect(answer.statusCode).toBe(200);
    // the rate of origin, and a thousandth of busy, of hour and of the rate of destination
    const logit = 0.5 + (711 + 1 / 6 + 11 + 1 / 6 + 0.75) / 1_000;
    expect(answer.body.predictions[0].probability).toBeCloseTo(1 / (1 + Math.exp(-logit)), 5);
    expect(answer.body).not.toHaveProperty("fallbacks");
    expect(reads).toHaveLength(1);
    expect(reads[0]?.map(({ featureName, key, atMs }) => [featureName, key, atMs])).toEqual([
      ["destination_late_rate_3h", ["LAX"], AT],
      ["origin_flights_1h", ["ORD"], AT],
      ["origin_late_rate_3h", ["ORD"], AT],
    ]);
    const [record] = await records();
    expect(record?.features).toMatchObject({
      origin_late_rate_3h: 0.5,
      destination_late_rate_3h: 0.75,
      origin_flights_1h: 7,
      busy: Math.fround(711 + 10 / 60),
    });
    expect(record).not.toHaveProperty("fallbacks");
    expect(parsePredictionMessage(world.messages[0] ?? "").inputs.origin_flights_1h).toBe("number");
    expect(fallbackMetrics(world)).toEqual([]);
    expect(forgotten()).toBe(1);
  });

  it("asks for each entity and time once, and at no time later than now", async () => {
    const { predict, reads } = setUp();

    await predict(
      FLIGHT,
      { ...FLIGHT, distance: 5 },
      { ...FLIGHT, date: "2001-06-03T12:00:00.001Z" },
      { ...FLIGHT, date: "2031-01-01T00:00:00Z" },
    );

    const now = Date.parse("2001-06-03T12:00:00Z");
    const times = reads[0]?.filter(({ featureName }) => featureName === "origin_late_rate_3h");
    expect(times?.map(({ atMs }) => atMs)).toEqual([AT, now]);
  });

  it("takes now for a row without a time", async () => {
    const fields = { ...flightDelay.fields };
    const date = { type: "timestamp", role: "feature", required: false } as const;
    const { predict, reads } = setUp({ changes: { fields: { ...fields, date } } });

    await predict({ ...FLIGHT, date: null });

    expect(reads[0]?.[0]?.atMs).toBe(Date.parse("2001-06-03T12:00:00Z"));
  });

  it("lets the request's value win where the definition allows it, and asks for no other", async () => {
    const { predict, records, reads } = setUp();

    await predict(
      { ...FLIGHT, destination_late_rate_3h: 0.125 },
      { ...FLIGHT, destination_late_rate_3h: null },
    );

    const [first, second] = await records();
    expect(first?.features.destination_late_rate_3h).toBe(0.125);
    expect(second?.features.destination_late_rate_3h).toBe(0.75);
    expect(reads[0]).toHaveLength(3);
  });

  it("fails on a value that is fetched, and says so in both protocols", async () => {
    const { predict, call } = setUp();
    const input = (name: string, datatype: string, value: unknown) => ({
      ...{ name, datatype, shape: [1], data: [value] },
    });

    const plain = await predict({ ...FLIGHT, origin_late_rate_3h: 0.5 });
    const oip = await call("POST", `/v2/models/${MODEL}/infer`, {
      inputs: [
        ...Object.entries(FLIGHT).map(([name, value]) =>
          input(name, typeof value === "number" ? "FP64" : "BYTES", value),
        ),
        input("origin_late_rate_3h", "FP64", 0.5),
      ],
    });

    expect(plain.statusCode).toBe(400);
    expect(plain.body.issues).toEqual([
      {
        path: "instances[0].origin_late_rate_3h",
        message: "is fetched from the feature store, a request must not carry it; leave it out",
      },
    ]);
    expect(oip.statusCode).toBe(400);
    expect(oip.body.error).toMatch(/inputs\[4\]\.name origin_late_rate_3h is fetched/);
  });

  it("asks a caller for keys, and for what may be carried", async () => {
    const { call } = setUp();

    const { body: schema } = await call("GET", `/models/${MODEL}/schema`);
    const { body: metadata } = await call("GET", `/v2/models/${MODEL}`);

    const { properties, required } = schema.properties.instances.items;
    const names = ["date", "distance", "origin", "destination"];
    expect(Object.keys(properties)).toEqual([...names, "destination_late_rate_3h"]);
    expect(required).toEqual(names);
    expect(properties.destination_late_rate_3h).toMatchObject({
      description: "Share of flights to the airport that left more than 15 minutes late",
      anyOf: [{ type: "number" }, { type: "null" }],
    });
    expect(metadata.inputs.at(-1)).toEqual({
      ...{ name: "destination_late_rate_3h", datatype: "FP64", shape: [-1] },
    });
  });
});

describe("a feature that cannot be had", () => {
  const lacking = async (requests: readonly FeatureRequest[]): Promise<FeatureAnswer[]> =>
    requests.map((request) =>
      request.key[0] === "ORD" ? { unavailable: "its past is not complete" } : givenTo(request),
    );

  it("falls back as declared, is told, counted and logged", async () => {
    const { predict, records, ...world } = setUp({ read: lacking });

    const { statusCode, body } = await predict(
      { ...FLIGHT, origin: "LAX", destination: "ORD" },
      FLIGHT,
    );

    expect(statusCode).toBe(200);
    const reason = "its past is not complete";
    expect(body.fallbacks).toEqual([
      { feature: "destination_late_rate_3h", reason, used: 0.25, rows: [0] },
      { feature: "origin_flights_1h", reason, used: null, rows: [1] },
      { feature: "origin_late_rate_3h", reason, used: null, rows: [1] },
    ]);
    const [first, second] = await records();
    expect(first).toMatchObject({
      features: { destination_late_rate_3h: 0.25, origin_late_rate_3h: 0.75 },
      fallbacks: ["destination_late_rate_3h"],
    });
    expect(second).toMatchObject({
      features: { origin_late_rate_3h: null, origin_flights_1h: null, busy: -1 },
      fallbacks: ["origin_flights_1h", "origin_late_rate_3h"],
    });
    expect(fallbackMetrics(world).map(({ dimensions, metrics }) => [dimensions, metrics])).toEqual(
      body.fallbacks.map(({ feature }: { readonly feature: string }) => [
        { Model: MODEL, Feature: feature },
        [{ name: "FeatureFallbacks", unit: "Count", value: 1 }],
      ]),
    );
  });

  it("is named in the parameters of the Open Inference Protocol", async () => {
    const { call } = setUp({ read: lacking });

    const { body } = await call("POST", `/v2/models/${MODEL}/infer`, {
      inputs: Object.entries(FLIGHT).map(([name, value]) => ({
        ...{ name, shape: [1], data: [value] },
        datatype: typeof value === "number" ? "FP64" : "BYTES",
      })),
    });

    expect(body.parameters.fallbacks).toBe("origin_flights_1h,origin_late_rate_3h");
  });

  it.each([
    ["throws what it expects", new UnavailableError("table t-1 throttles")],
    ["throws a bug", new TypeError("no such thing")],
  ])(
    "falls back for all where the store %s, which is logged and not told",
    async (_name, error) => {
      const { predict, records, ...world } = setUp({ read: () => Promise.reject(error) });

      const { statusCode, body } = await predict(FLIGHT, FLIGHT);

      expect(body.fallbacks[0].rows).toEqual([0, 1]);
      expect(statusCode).toBe(200);
      expect(body.fallbacks.map(({ reason }: { reason: string }) => reason)).toEqual(
        new Array(3).fill("the feature store does not answer"),
      );
      expect(world.logged).toContainEqual(
        expect.objectContaining({
          level: "error",
          model: MODEL,
          requestId: "request-1",
          message: `features fell back: ${error.message}`,
        }),
      );
    },
  );

  it("falls back for all when the budget is spent, whatever the store says later", async () => {
    let fail = (_error: Error) => {};
    const never = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    const { predict, timers } = setUp({ read: () => never });

    const answered = predict(FLIGHT);
    await expect.poll(() => timers.length).toBe(1);
    timers[0]?.();
    const { body } = await answered;
    fail(new Error("too late"));

    expect(body.fallbacks[0].reason).toBe("the feature store did not answer within 50 ms");
  });

  it("falls back for all without a store", async () => {
    const world = setUp();
    const handler = makeHandler(world.deps);

    const answer = await handler(
      httpEvent("POST", `/models/${MODEL}/predictions`, { instances: [FLIGHT] }),
    );

    expect(JSON.parse(answer.body ?? "").fallbacks[0]).toMatchObject({
      reason: "no feature store is connected",
    });
  });

  it.each([
    ["text for a number", { value: "0.5" }, "the feature store holds a string, not a number"],
    ["a number beyond float32", { value: 1e39 }, "its value is beyond what a 32-bit float holds"],
    ["NaN", { value: Number.NaN }, "its value is beyond what a 32-bit float holds"],
    ["nothing", undefined, "the feature store left it out"],
  ])("falls back where the store gives %s", async (_name, given, reason) => {
    const { predict } = setUp({
      read: async (requests) => requests.map(() => given as FeatureAnswer),
    });

    const { body } = await predict(FLIGHT);

    expect(body.fallbacks.map((one: { reason: string }) => one.reason)).toContain(reason);
  });

  it("takes null for a value: no event fell into the window", async () => {
    const { predict, records } = setUp({
      read: async (requests) => requests.map(() => ({ value: null })),
    });

    const { body } = await predict(FLIGHT);

    expect(body).not.toHaveProperty("fallbacks");
    expect((await records())[0]?.features.origin_late_rate_3h).toBeNull();
  });
});

describe("a feature whose key is missing, or that must not fail", () => {
  const keyed = (fallback: { readonly use: "missing" } | { readonly use: "refuse" }) => ({
    fields: {
      ...flightDelay.fields,
      origin: { type: "category", role: "feature", required: false } as const,
    },
    aggregates: { origin_late_rate_3h: { stream: "flights", fallback } },
    rowFeatures: flightDelay.rowFeatures ?? {},
  });

  it.each([{ origin: null }, { origin: "" }])("falls back on the key %o unread", async (part) => {
    const { predict, reads } = setUp({ changes: keyed({ use: "missing" }) });

    const { body } = await predict({ ...FLIGHT, ...part });

    expect(body.fallbacks).toEqual([
      {
        ...{ feature: "origin_late_rate_3h", used: null, rows: [0] },
        reason: "the request has no origin",
      },
    ]);
    expect(reads).toEqual([]);
  });

  it("fails with 400 where the caller can give the key", async () => {
    const { predict } = setUp({ changes: keyed({ use: "refuse" }) });

    const { statusCode, body } = await predict(FLIGHT, { ...FLIGHT, origin: null });

    expect(statusCode).toBe(400);
    expect(body.message).toBe(
      "request is wrong: instances[1]: feature origin_late_rate_3h cannot be had: the request has no origin",
    );
  });

  it("fails with 503, is counted, and says when to come again", async () => {
    const { predict, records, ...world } = setUp({
      changes: keyed({ use: "refuse" }),
      read: async (requests) => requests.map(() => ({ unavailable: "its past is not complete" })),
    });

    const { statusCode, headers, body } = await predict(FLIGHT);

    expect(statusCode).toBe(503);
    expect(headers).toMatchObject({ "retry-after": "1" });
    expect(body).toMatchObject({
      error: "UnavailableError",
      message: "feature origin_late_rate_3h cannot be had: its past is not complete",
    });
    expect(fallbackMetrics(world)).toHaveLength(1);
    expect(await records()).toEqual([]);
  });

  it("needs an entity that a feature is keyed by, though the model does not read it", async () => {
    const { predict } = setUp({
      changes: {
        ...keyed({ use: "missing" }),
        fields: {
          ...flightDelay.fields,
          origin: { type: "category", role: "entity" },
        },
      },
    });
    const { origin: _left, ...without } = FLIGHT;

    expect((await predict(FLIGHT)).statusCode).toBe(200);
    expect((await predict(without)).body.message).toMatch(/instances\[0\]\.origin is required/);
  });
});

describe("a version without features of streams", () => {
  it("asks no store", async () => {
    const { predict, reads } = setUp({
      changes: { streams: [], aggregates: {}, rowFeatures: flightDelay.rowFeatures ?? {} },
    });

    expect((await predict(FLIGHT)).statusCode).toBe(200);
    expect(reads).toEqual([]);
  });
});
