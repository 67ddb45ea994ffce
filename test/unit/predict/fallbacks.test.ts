import { describe, expect, it } from "vitest";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { parsePredictionMessage } from "../../../core/inference/prediction-message.ts";
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
    const { records } = parsePredictionMessage(world.messages[0] ?? "");
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

describe("serving.timeBudgetMs", () => {
  /** A world whose graph comes only when it is let. */
  function slow(serving: ModelDefinition["serving"]) {
    const world = setUp(serving);
    let open = () => {};
    const isOpen = new Promise<void>((resolve) => {
      open = resolve;
    });
    const loadVersion: typeof world.deps.loadVersion = async (...asked) => {
      await isOpen;
      return world.deps.loadVersion(...asked);
    };
    const { setTimer } = world;
    const ask = world.call(makeHandler({ ...world.deps, loadVersion, setTimer }));
    const timer = async () => {
      while (world.timers.size === 0) await new Promise(setImmediate);
      return [...world.timers][0];
    };
    return { ...world, ask, timer, open };
  }

  it.each([
    [{ timeBudgetMs: 40, fallback: { label: 1, probability: 0.6 } }, 200],
    [{ timeBudgetMs: 40 }, 503],
  ])("of %j is kept while a version loads: %d", async (serving, status) => {
    const { ask, timer, open, runTasks, messages } = slow(serving);

    const answering = ask();
    (await timer())?.run();
    const { statusCode, headers, body } = await answering;

    expect(statusCode).toBe(status);
    if (status === 200)
      expect(body).toMatchObject({ alias: "fallback", predictions: [{ label: 1 }] });
    else
      expect([headers?.["retry-after"], body.message]).toEqual([
        "1",
        expect.stringMatching("budget"),
      ]);
    // what the version says later is nobody's answer, and not logged
    open();
    await new Promise(setImmediate);
    await runTasks();
    expect(messages).toHaveLength(status === 200 ? 1 : 0);
  });

  it("is what is left of it, and is forgotten when the answer is there", async () => {
    const { ask, timer, open, timers } = slow({ timeBudgetMs: 40 });

    const answering = ask();
    expect((await timer())?.delayMs).toBe(40);
    open();

    expect((await answering).body.alias).toBe("champion");
    expect(timers.size).toBe(0);
  });

  it("is kept where the champion is loaded, too", async () => {
    const world = setUp({ timeBudgetMs: 40, fallback: { label: 1, probability: 0.6 } });
    const { setTimer } = world;
    const budgets: number[] = [];
    const handler = makeHandler({
      ...world.deps,
      setTimer: (run, delayMs) => {
        budgets.push(delayMs);
        // the second request's is over at once
        if (budgets.length === 2) run();
        return setTimer(run, delayMs);
      },
    });
    const ask = world.call(handler);

    const first = await ask();
    const second = await ask();

    expect([first.body.alias, second.body.alias]).toEqual(["champion", "fallback"]);
    expect(budgets).toEqual([40, 40]);
    await world.runTasks();
    const records = world.messages.flatMap((text) => parsePredictionMessage(text).records);
    expect(records.map(({ route, insteadOf }) => [route, insteadOf])).toEqual([
      ["champion", undefined],
      ["fallback", 1],
    ]);
  });

  it("makes no timer where there is none", async () => {
    const world = setUp({ fallback: { label: 0, probability: 0.1 } });
    const setTimer = () => expect.unreachable("a timer");

    const { statusCode } = await world.call(makeHandler({ ...world.deps, setTimer }))();

    expect(statusCode).toBe(200);
  });
});

describe("load shedding", () => {
  it("answers 503 beyond the requests that may be under way, counts it, and tells health all the same", async () => {
    const world = setUp({});
    const ask = makeHandler({ ...world.deps, limits: { mostRequests: 1 } });
    const body = { instances: [FLIGHT] };
    const post = () => ask(httpEvent("POST", `/models/${MODEL}/predictions`, body));

    const [first, second] = await Promise.all([post(), post()]);
    const [, ready] = await Promise.all([post(), ask(httpEvent("GET", "/v2/health/live"))]);
    const after = await post();
    await world.runTasks();

    expect([first, second, ready, after].map((answer) => answer?.statusCode)).toEqual([
      ...[200, 503, 200, 200],
    ]);
    expect(second?.headers).toMatchObject({ "retry-after": "1" });
    const shed = world.metrics.filter(({ metrics }) => metrics[0]?.name === "ShedRequests");
    expect(shed).toHaveLength(1);
  });
});
