import { describe, expect, it } from "vitest";
import { parsePredictionMessage } from "../../../core/inference/prediction-message.ts";
import { NO_ROUTING, type Routing } from "../../../core/routing/deployment.ts";
import { slotsFor } from "../../../core/routing/slots.ts";
import { makeHandler, type PredictDeps } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };

const challenged = (share: number, version = 2): Routing => ({
  challengers: slotsFor([{ version, share }], []).map((slotted) => ({ ...slotted, since: "" })),
  shadows: [],
});

/** Two versions of which the first is champion; the second answers 0.5 to everything. */
async function setUp(
  routing: Routing,
  changes: Partial<PredictDeps> = {},
  serving?: { readonly routingKey: string },
) {
  const world = servingWorld(serving && { serving });
  world.promote(world.publish());
  world.publish({ bias: 1 });
  world.publish({ bias: 2 });
  world.route(routing);
  const handler = makeHandler({ ...world.deps, ...changes });
  const predict = async (
    headers: Record<string, string> = {},
    body: object = { instances: [FLIGHT] },
    path = `/models/${MODEL}/predictions`,
  ) => {
    const answer = await handler(httpEvent("POST", path, body, { headers }));
    return { status: answer.statusCode, ...JSON.parse(answer.body ?? "") };
  };
  await predict();
  await world.runTasks();
  world.messages.splice(0);
  const records = () =>
    world.messages.flatMap((message) => parsePredictionMessage(message).records);
  const byKey = (key: string) => predict({ "x-millrace-routing-key": key });
  return { ...world, predict, byKey, records };
}

describe("routing", () => {
  it("gives a key the same version each time, and says and logs which one and how", async () => {
    const { byKey, records, runTasks } = await setUp(challenged(0.5));

    const keys = Array.from({ length: 20 }, (_, i) => `customer-${i}`);
    const first = await Promise.all(keys.map(byKey));
    const again = await Promise.all(keys.map(byKey));
    await runTasks();

    const versions = first.map(({ version }) => version);
    expect(again.map(({ version }) => version)).toEqual(versions);
    expect(new Set(versions)).toEqual(new Set([1, 2]));
    for (const { version, alias } of first) {
      expect(alias).toBe(version === 1 ? "champion" : "challenger");
    }
    expect(
      records()
        .slice(0, 20)
        .map(({ version, route }) => [version, route]),
    ).toEqual(versions.map((version) => [version, version === 1 ? "champion" : "challenger"]));
  });

  it("is by the field that the definition names, where the request carries no key", async () => {
    const { predict } = await setUp(challenged(0.5), {}, { routingKey: "origin" });
    const versionOf = async (origin: string, headers?: Record<string, string>) =>
      (await predict(headers, { instances: [{ ...FLIGHT, origin }] })).version;

    const origins = ["ORD", "JFK", "LAX", "SFO", "DEN", "ATL", "DFW", "SEA"];
    const versions = await Promise.all(origins.map((origin) => versionOf(origin)));

    expect(new Set(versions).size).toBe(2);
    expect(await Promise.all(origins.map((origin) => versionOf(origin)))).toEqual(versions);
    const keyed = await Promise.all(
      origins.map((origin) => versionOf(origin, { "x-millrace-routing-key": "one" })),
    );
    expect(new Set(keyed).size).toBe(1);
  });

  it("is the same by the header, by the body and by a parameter, and in every protocol", async () => {
    const { predict, byKey } = await setUp(challenged(0.5), {}, { routingKey: "origin" });
    const inputs = Object.entries(FLIGHT).map(([name, value]) => ({
      ...{ name, shape: [1, 1], data: [[value]] },
      datatype: typeof value === "number" ? "FP64" : "BYTES",
    }));
    const infer = `/v2/models/${MODEL}/infer`;
    const kserve = `/v1/models/${MODEL}:predict`;

    for (const key of ["ORD", "JFK", "LAX", "SFO", "DEN", "ATL"]) {
      const { version, predictions } = await byKey(key);
      const header = { "x-millrace-routing-key": key };
      const instances = [{ ...FLIGHT, origin: key }];
      const ofKey = inputs.map((tensor) =>
        tensor.name === "origin" ? { ...tensor, data: [[key]] } : tensor,
      );
      const parameters = { routing_key: key };

      expect(await predict({}, { instances, routingKey: key })).toMatchObject({ version });
      expect(await predict({}, { inputs, parameters }, infer)).toMatchObject({
        model_version: String(version),
      });
      expect(await predict({}, { inputs: ofKey }, infer)).toMatchObject({
        model_version: String(version),
      });
      for (const [headers, sent] of [
        [header, { instances: [FLIGHT] }],
        [{}, { instances }],
      ] as const) {
        const { predictions: answered } = await predict(headers, sent, kserve);
        expect(answered[0].probability).toBe(predictions[0].probability);
      }
    }
  });

  it("fails with 400 on a key that is no text", async () => {
    const { predict } = await setUp(challenged(0.5));

    expect(await predict({}, { instances: [FLIGHT], routingKey: 5 })).toMatchObject({
      status: 400,
      issues: [{ path: "routingKey", message: "must be a string, got the number 5" }],
    });
  });

  it("answers a pinned version's requests by it, and no shadow scores them", async () => {
    const { predict, records, runTasks } = await setUp({ ...challenged(1), shadows: [3] });

    const path = `/models/${MODEL}/versions/1/predictions`;
    expect(await predict({}, undefined, path)).toMatchObject({ version: 1, alias: "pinned" });
    await runTasks();

    expect(records().map(({ route }) => route)).toEqual(["pinned"]);
  });
});

describe("a version on trial that cannot answer", () => {
  it("costs nothing: the champion answers, its record says for whom, and it is told", async () => {
    const { deps, ...world } = servingWorld();
    const loadVersion: PredictDeps["loadVersion"] = async (model, version) => {
      const loaded = await deps.loadVersion(model, version);
      if (version === 1) return loaded;
      return { ...loaded, score: () => Promise.reject(new Error("boom")) };
    };
    world.promote(world.publish());
    world.publish();
    world.route(challenged(1));
    const handler = makeHandler({ ...deps, loadVersion });
    const event = httpEvent("POST", `/models/${MODEL}/predictions`, { instances: [FLIGHT] });
    await handler(event);
    await world.runTasks();
    world.messages.splice(0);

    const answer = await handler(event);
    await world.runTasks();

    expect(answer.statusCode).toBe(200);
    expect(JSON.parse(answer.body ?? "")).toMatchObject({ version: 1, alias: "champion" });
    expect(parsePredictionMessage(world.messages[0] ?? "").records).toMatchObject([
      { version: 1, route: "champion", insteadOf: 2 },
    ]);
    expect(world.metrics).toContainEqual({
      dimensions: { Model: MODEL },
      metrics: [{ name: "TrialFailures", unit: "Count", value: 1 }],
      facts: { version: 2 },
    });
  });

  it("is not told where the request is wrong for the champion too", async () => {
    const { predict, metrics } = await setUp(challenged(1));

    expect((await predict({}, { instances: [{ ...FLIGHT, distance: "far" }] })).status).toBe(400);
    expect(metrics.flatMap((m) => m.metrics).map(({ name }) => name)).not.toContain(
      "TrialFailures",
    );
  });
});

describe("a shadow", () => {
  const shadowed: Routing = { ...NO_ROUTING, shadows: [3] };

  it("scores after the answer, is logged with the request's id and returned to nobody", async () => {
    const { predict, records, runTasks, messages } = await setUp(shadowed);

    const answer = await predict({ "x-request-id": "order-7" });
    expect(messages).toEqual([]);
    await runTasks();

    expect(answer).toMatchObject({ version: 1, alias: "champion" });
    const [told, shadow] = records();
    expect(told).toMatchObject({ version: 1, route: "champion", requestId: "order-7" });
    expect(shadow).toMatchObject({ version: 3, route: "shadow", requestId: "order-7" });
    expect(shadow?.predictionId).not.toBe(told?.predictionId);
    expect(shadow?.score).toBeGreaterThan(told?.score ?? 1);
    expect(JSON.stringify(answer)).not.toContain(String(shadow?.score));
  });

  it("that fails is told, and the answer stands", async () => {
    const { predict, records, runTasks, logged } = await setUp({ ...NO_ROUTING, shadows: [9] });

    expect((await predict()).status).toBe(200);
    await runTasks();

    expect(records()).toHaveLength(1);
    expect(logged.at(-1)).toMatchObject({ version: 9, error: "NotFoundError" });
  });

  it("is what is dropped where requests come faster than it scores", async () => {
    const { predict, records, runTasks, metrics } = await setUp(shadowed);

    for (let i = 0; i < 20; i += 1) expect((await predict()).status).toBe(200);
    await runTasks();

    const routes = records().map(({ route }) => route);
    expect(routes.filter((route) => route === "champion")).toHaveLength(20);
    expect(routes.filter((route) => route === "shadow")).toHaveLength(16);
    const dropped = metrics.flatMap((m) => m.metrics).filter((m) => m.name === "DroppedShadows");
    expect(dropped).toHaveLength(4);
    await predict();
    await runTasks();
    expect(records().filter(({ route }) => route === "shadow")).toHaveLength(17);
  });

  it("that answers the request itself does not score it again", async () => {
    const { byKey, records, runTasks } = await setUp({ ...challenged(1), shadows: [2] });

    await byKey("ada");
    await runTasks();

    expect(records().map(({ route }) => route)).toEqual(["challenger"]);
  });
});
