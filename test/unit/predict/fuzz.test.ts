import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slotsFor } from "../../../core/routing/slots.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { type EventOptions, httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

/** A challenger has no share, but the field that routes is read of each request. */
function setUp() {
  const world = servingWorld({ serving: { routingKey: "origin" } });
  const seen = { destination: "LAX", distance: 9, origin: "ORD", hour: 1, weekday: 0 };
  const samples = new TextEncoder().encode(JSON.stringify([{ inputs: seen, score: 0 }]));
  const weights = { distance: 0.0001, hour: 0, weekday: 0 };
  world.promote(world.publish({ weights, files: { "samples.json": samples } }));
  const slots = slotsFor([{ version: world.publish(), share: 1e-9 }], []);
  world.route({ challengers: slots.map((slot) => ({ ...slot, since: "" })), shadows: [] });
  const handler = makeHandler({ ...world.deps, afterAnswer: () => undefined });
  return {
    ...world,
    status: async (path: string, body: string, options?: EventOptions) =>
      (await handler(httpEvent("POST", path, body, options))).statusCode ?? 0,
    handler,
  };
}

const PLAIN = `/models/${MODEL}/predictions`;
const INFER = `/v2/models/${MODEL}/infer`;
const KSERVE = `/v1/models/${MODEL}:predict`;
const EXPLAIN = `/v1/models/${MODEL}:explain`;
const PATHS = [PLAIN, INFER, KSERVE, EXPLAIN, "/invocations", "/v2/repository/index"];

/** A value that a field might be given, by chance a right one. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.double(),
  fc.constantFrom("2001-06-03T17:10:00Z", "ORD", 1745, "2001-02-30T00:00:00Z", null, 1e308),
);
const name = fc.oneof(
  fc.constantFrom("date", "distance", "origin", "destination", "delay", "__proto__", "constructor"),
  fc.string(),
);
const instance = fc.oneof(fc.dictionary(name, value), fc.jsonValue({ maxDepth: 2 }));
const tensor = fc.record({
  name,
  shape: fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 3 }),
  datatype: fc.constantFrom("FP64", "INT8", "BYTES", "BOOL", "FP16", ""),
  data: fc.array(fc.oneof(value, fc.array(value, { maxLength: 2 })), { maxLength: 3 }),
});

const tensorsOf = (row: Readonly<Record<string, unknown>>) =>
  Object.entries(row).map(([field, data]) => ({
    ...{ name: field, shape: [1], data: [data] },
    datatype: typeof data === "number" ? "FP64" : "BYTES",
  }));

const list = fc.array(fc.oneof(value, fc.array(value, { maxLength: 5 })), { maxLength: 3 });
const frame = fc.oneof(
  fc.record({ dataframe_split: fc.record({ columns: fc.array(name), data: list }) }),
  fc.record({ dataframe_records: fc.array(instance) }),
  fc.record({ inputs: fc.oneof(fc.dictionary(name, list), list) }),
);

/** Tensors as bytes that fit their sizes or not, under a length of the JSON that is right or not. */
const binaryBody = fc
  .record({
    inputs: fc.array(
      fc.record({
        name,
        datatype: fc.constantFrom("FP64", "FP16", "UINT64", "BOOL", "BYTES", "constructor"),
        shape: fc.array(fc.nat(3), { maxLength: 2 }),
        parameters: fc.record({ binary_data_size: fc.oneof(fc.nat(20), fc.double(), fc.nat()) }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    bytes: fc.uint8Array({ maxLength: 60 }),
    length: fc.option(fc.oneof(fc.nat(400).map(String), fc.string())),
  })
  .map(({ inputs, bytes, length }) => {
    const json = Buffer.from(JSON.stringify({ inputs }));
    return {
      body: Buffer.concat([json, bytes]).toString("base64"),
      length: length ?? String(json.length),
    };
  });

describe("whatever is sent", () => {
  it.each([
    ["any text", fc.string()],
    ["any JSON", fc.json()],
    ["any instances", fc.array(instance).map((instances) => JSON.stringify({ instances }))],
    ["any tensors", fc.array(tensor).map((inputs) => JSON.stringify({ inputs }))],
    ["any data frame", frame.map((form) => JSON.stringify(form))],
  ])("%s is answered or refused, never a fault", async (_name, bodies) => {
    const { status, logged } = setUp();

    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), bodies, async (path, body) => {
        expect([200, 400, 413]).toContain(await status(path, body));
      }),
      { numRuns: 500 },
    );

    expect(logged).toEqual([]);
  });

  it("bytes that are no tensors are refused, never a fault", async () => {
    const { status, logged } = setUp();

    await fc.assert(
      fc.asyncProperty(binaryBody, async ({ body, length }) => {
        const headers = { "inference-header-content-length": length };
        expect([200, 400, 413]).toContain(
          await status(INFER, body, { headers, isBase64Encoded: true }),
        );
      }),
      { numRuns: 500 },
    );

    expect(logged).toEqual([]);
  });

  it("any header and any bytes are answered or refused, never a fault", async () => {
    const { status, logged } = setUp();
    const headers = fc.record({
      "content-type": fc.oneof(fc.constantFrom("application/json", "text/csv"), fc.string()),
      "content-encoding": fc.oneof(fc.constantFrom("gzip", "deflate", "identity"), fc.string()),
      "x-amzn-sagemaker-target-model": fc.oneof(fc.constant(MODEL), fc.string()),
    });

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PATHS),
        fc.record({ headers, body: fc.base64String(), packed: fc.boolean() }),
        async (path, { headers: given, body, packed }) => {
          const bytes = Buffer.from(body, "base64");
          const sent = (packed ? gzipSync(bytes) : bytes).toString("base64");
          const options = { headers: given, isBase64Encoded: true };
          expect([200, 400, 404, 413, 415]).toContain(await status(path, sent, options));
        },
      ),
      { numRuns: 300 },
    );

    expect(logged).toEqual([]);
  });

  it("callers at the same time have each the answer to their own rows", async () => {
    const { handler } = setUp();
    const distances = fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 2, maxLength: 8 });
    const ask = async (distance: number) => {
      const flight = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance };
      const body = { id: `call-${distance}`, instances: [flight], inputs: tensorsOf(flight) };
      const { id, inputs, instances } = body;
      const [infer, plain] = await Promise.all([
        handler(httpEvent("POST", INFER, { id, inputs })),
        handler(httpEvent("POST", PLAIN, { instances, explain: true })),
      ]);
      return [JSON.parse(infer.body ?? ""), JSON.parse(plain.body ?? "")];
    };

    await fc.assert(
      fc.asyncProperty(distances, async (some) => {
        const answers = await Promise.all(some.map(ask));

        for (const [i, [infer, plain]] of answers.entries()) {
          const expected = 1 / (1 + Math.exp(-0.0001 * (some[i] as number)));
          expect(infer.id).toBe(`call-${some[i]}`);
          expect(infer.outputs[1].data[1]).toBeCloseTo(expected, 5);
          expect(plain.predictions[0].probability).toBeCloseTo(expected, 5);
          expect(plain.explanations.rows[0].margin).toBeCloseTo(expected, 5);
        }
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    ["that is no text and turns into none", '{"toString":1}'],
    ["that is nested deep", "[".repeat(100_000) + "]".repeat(100_000)],
  ])("a value %s in the field that routes is refused, never a fault", async (_name, origin) => {
    const { status, logged } = setUp();
    const text = `{"origin":${origin}}`;

    for (const path of [PLAIN, KSERVE, "/invocations"]) {
      expect(await status(path, `{"instances":[${text}]}`)).toBe(400);
    }
    const tensors = `{"name":"origin","shape":[1],"datatype":"BYTES","data":[${origin}]}`;
    expect(await status(INFER, `{"inputs":[${tensors}]}`)).toBe(400);
    expect(logged).toEqual([]);
  });

  it.each([
    ["/models/../../etc/passwd/predictions", 404],
    ["/models/..%2F..%2Fetc%2Fpasswd/predictions", 404],
    ["/models/%2e%2e/predictions", 404],
    [`/models/${MODEL}%00/predictions`, 404],
    [`/models/${MODEL}%zz/predictions`, 404],
    [`//models/${MODEL}/predictions`, 404],
    [`/models/${MODEL}/versions/../predictions`, 404],
    [`/models/${MODEL}/versions/1%2F..%2F2/predictions`, 404],
    [`/models/${MODEL}/versions/-1/predictions`, 404],
    [`/models/${MODEL}/versions/1e0/predictions`, 404],
    ["/models/__proto__/predictions", 404],
    [`/models/${"m".repeat(8_000)}/predictions`, 404],
    [`/models/${MODEL}/predictions/../schema`, 404],
  ])("a path with a trick finds nothing: %s", async (path, expected) => {
    const { status, logged, store } = setUp();
    const read: string[] = [];
    const get = store.get.bind(store);
    store.get = async (key) => {
      read.push(key);
      return await get(key);
    };

    expect(await status(path, '{"instances":[{}]}')).toBe(expected);
    expect(logged).toEqual([]);
    expect(read, "no file is asked for by a caller's text").toEqual([]);
    await status(PLAIN, '{"instances":[{}]}');
    expect(read.length, "as it is for a right path").toBeGreaterThan(0);
  });

  it("any path is found or not, never a fault", async () => {
    const { status } = setUp();

    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { maxLength: 6 }), async (parts) => {
        expect([400, 404, 405]).toContain(await status(`/${parts.join("/")}`, "{}"));
      }),
    );
  });

  it("a member named __proto__ is an unknown field and changes no object", async () => {
    const { status } = setUp();
    const body = `{"instances":[{"__proto__":{"distance":5},"date":"2001-06-03T17:10:00Z","origin":"A","destination":"B"}]}`;

    expect(await status(PLAIN, body)).toBe(400);
    expect({}).not.toHaveProperty("distance");
  });
});
