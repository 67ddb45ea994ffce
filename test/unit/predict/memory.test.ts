import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };
const REQUESTS = 6_000;

/** Bytes of the heap that are still in use after so many different requests, beyond those before. */
async function growth(
  ask: (request: number) => Promise<unknown>,
  requests: number,
): Promise<number> {
  // what is kept once (compiled code, caches within their bounds) is kept by now
  for (let i = 0; i < requests; i++) await ask(i);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < requests; i++) await ask(requests + i);
  collectGarbage();
  return process.memoryUsage().heapUsed - before;
}

/** Each request differs in all that a cache could keep it by. */
const REQUEST_OF: Readonly<Record<string, (i: number) => ReturnType<typeof httpEvent>>> = {
  "answered, each by a key of its own": (i) =>
    httpEvent("POST", `/models/${MODEL}/predictions`, {
      ...{ instances: [{ ...FLIGHT, origin: `O${i}` }], routingKey: `key ${i}` },
    }),
  "for a model that there is not": (i) =>
    httpEvent("POST", `/models/none-${i}/predictions`, { instances: [FLIGHT] }),
  "for a version that there is not": (i) =>
    httpEvent("POST", `/models/${MODEL}/versions/${i + 2}/predictions`, { instances: [FLIGHT] }),
  "refused, each for a field of its own": (i) =>
    httpEvent("POST", `/models/${MODEL}/predictions`, { instances: [{ [`field ${i}`]: i }] }),
};

describe("the memory of the endpoint", () => {
  it.each(Object.keys(REQUEST_OF))("stays flat over requests %s", async (kind) => {
    const world = servingWorld();
    world.promote(world.publish());
    // what the world itself keeps of requests is not the endpoint's
    const handler = makeHandler({
      ...world.deps,
      ...{ afterAnswer: () => undefined, emit: () => undefined, log: () => undefined },
    });
    const ask = (i: number) => handler((REQUEST_OF[kind] as (i: number) => never)(i));

    const bytes = await growth(ask, REQUESTS);

    // a cache without bounds keeps some hundred bytes of each request
    expect(bytes / REQUESTS).toBeLessThan(50);
  });

  it("sees a map that keeps the key of each request", async () => {
    const kept = new Map<string, object>();

    const bytes = await growth(async (i) => kept.set(`key ${i}`, { i }), REQUESTS);

    expect(bytes / REQUESTS).toBeGreaterThan(50);
  });
});
