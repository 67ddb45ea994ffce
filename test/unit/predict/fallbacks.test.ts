import { describe, expect, it } from "vitest";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { CODE, MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };
const GRAPH = `${storageKeys.version(MODEL, 1)}/model.onnx`;

type World = ReturnType<typeof servingWorld>;

function setUp(
  serving: ModelDefinition["serving"],
  { routines, code = CODE }: { routines?: Parameters<typeof servingWorld>[1]; code?: string } = {},
) {
  const world = servingWorld({ serving }, routines, code);
  const timers = new Set<{ readonly run: () => void; readonly delayMs: number }>();
  const setTimer = (run: () => void, delayMs: number) => {
    const timer = { run, delayMs };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  world.promote(world.publish());
  const call = (handler = makeHandler({ ...world.deps, setTimer })) => {
    return async (
      body: object = { instances: [FLIGHT] },
      path = `/models/${MODEL}/predictions`,
    ) => {
      const { statusCode, headers, body: text } = await handler(httpEvent("POST", path, body));
      return { statusCode, headers, body: JSON.parse(text ?? "null") };
    };
  };
  return { ...world, timers, setTimer, call };
}

/** Ways in which no version can answer. */
const BROKEN: readonly (readonly [string, (world: World) => void])[] = [
  ["a damaged graph", ({ store }) => void store.objects.set(GRAPH, new Uint8Array([1]))],
  ["a graph that is gone", ({ store }) => void store.objects.delete(GRAPH)],
  ["no champion", (world) => void world.retire()],
];

describe("serving.fallback", () => {
  it.each(BROKEN)("answers each row where there is %s", async (_what, damage) => {
    const world = setUp({ fallback: { label: 0, probability: 0.1 } });
    damage(world);

    const { statusCode, body } = await world.call()({ instances: [FLIGHT, FLIGHT] });
    await world.runTasks();

    expect(statusCode).toBe(200);
    expect(body).toMatchObject({ model: MODEL, version: 0, alias: "fallback" });
    expect(body.predictions).toEqual([
      { predictionId: "id1-0", label: 0, probability: 0.1 },
      { predictionId: "id1-1", label: 0, probability: 0.1 },
    ]);
    const { records } = JSON.parse(world.messages[0] ?? "");
    const record = {
      route: "fallback",
      version: 0,
      label: 0,
      score: Math.fround(0.1),
      features: {},
    };
    expect(records).toMatchObject([record, record]);
    expect(world.metrics.flatMap(({ metrics }) => metrics.map(({ name }) => name))).toContain(
      "FallbackAnswers",
    );
    expect(world.logged).toMatchObject([
      { message: expect.stringContaining("the fallback answered") },
    ]);
  });

  it.each(BROKEN)(
    "is asked for: without one there is 503 where there is %s",
    async (_what, damage) => {
      const world = setUp({});
      damage(world);

      const { statusCode, headers } = await world.call()();

      expect(statusCode).toBe(503);
      expect(headers?.["retry-after"]).toMatch(/^\d+$/);
    },
  );

  it("never answers who names a version, or a wrong request, or for a model that is not there", async () => {
    const world = setUp({ fallback: { label: 0, probability: 0.1 } });
    world.store.objects.delete(GRAPH);
    const ask = world.call();

    const pinned = await ask(undefined, `/models/${MODEL}/versions/1/predictions`);
    const wrong = await ask({ instances: [{ ...FLIGHT, distance: "far" }] });
    const nobody = await ask(undefined, "/models/nobody/predictions");

    expect([pinned, wrong, nobody].map(({ statusCode }) => statusCode)).toEqual([503, 400, 404]);
  });

  it("may be a rule of the model's own, which serving.fallback stands behind", async () => {
    const rule =
      "const rule = ({ distance }) => { if (distance > 9000) throw new Error('far'); return { label: 1, probability: distance / 10000, rule: 'by-distance' }; }; export { rule as __routine_fallback };";
    const code = `${CODE}\n${rule}`;
    const world = setUp(
      { fallback: { label: 0, probability: 0.1 } },
      { routines: ["fallback"], code },
    );
    world.store.objects.delete(GRAPH);

    const { body } = await world.call()({ instances: [FLIGHT, { ...FLIGHT, distance: 9500 }] });

    expect(body.predictions).toMatchObject([
      { label: 1, probability: 0.1745, rule: "by-distance" },
      { label: 0, probability: 0.1 },
    ]);
  });
});
