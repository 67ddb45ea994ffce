import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

function setUp() {
  const world = servingWorld();
  world.promote(world.publish());
  const handler = makeHandler({ ...world.deps, afterAnswer: () => undefined });
  return {
    ...world,
    status: async (path: string, body: string) =>
      (await handler(httpEvent("POST", path, body))).statusCode ?? 0,
  };
}

const PLAIN = `/models/${MODEL}/predictions`;
const INFER = `/v2/models/${MODEL}/infer`;

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

describe("whatever is sent", () => {
  it.each([
    ["any text", fc.string()],
    ["any JSON", fc.json()],
    ["any instances", fc.array(instance).map((instances) => JSON.stringify({ instances }))],
    ["any tensors", fc.array(tensor).map((inputs) => JSON.stringify({ inputs }))],
  ])("%s is answered or refused, never a fault", async (_name, bodies) => {
    const { status, logged } = setUp();

    await fc.assert(
      fc.asyncProperty(fc.constantFrom(PLAIN, INFER), bodies, async (path, body) => {
        expect([200, 400, 413]).toContain(await status(path, body));
      }),
      { numRuns: 500 },
    );

    expect(logged).toEqual([]);
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
