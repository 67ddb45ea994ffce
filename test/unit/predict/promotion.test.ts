import { describe, expect, it, vi } from "vitest";
import { UnavailableError } from "../../../core/errors.ts";
import { parsePredictionMessage } from "../../../core/inference/prediction-message.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { MODEL, servingWorld } from "../../fixtures/serving-world.ts";

const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };

function setUp() {
  const world = servingWorld();
  world.promote(world.publish());
  const handler = makeHandler(world.deps);
  const predict = async (path = `/models/${MODEL}/predictions`) => {
    const answer = await handler(httpEvent("POST", path, { instances: [FLIGHT] }));
    return { status: answer.statusCode, version: JSON.parse(answer.body ?? "").version };
  };
  /** A flipped byte in a stored file. */
  const damage = (version: number, file: string) => {
    const key = `${storageKeys.version(MODEL, version)}/${file}`;
    const bytes = world.store.objects.get(key)?.slice() ?? new Uint8Array(1);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    world.store.objects.set(key, bytes);
  };
  return { ...world, predict, damage };
}

describe("a promotion", () => {
  it("is picked up behind an answer, within 3 s, and no request waits or fails", async () => {
    const { predict, publish, promote, pass, runTasks, calls } = setUp();
    await predict();
    promote(publish());

    const seen: [number, number | undefined][] = [];
    for (let ms = 0; ms <= 3_000; ms += 100) {
      const loads = calls.loads;
      const { status, version } = await predict();
      // Nothing was loaded while the request waited.
      expect(calls.loads).toBe(loads);
      seen.push([version, status]);
      await runTasks();
      pass(100);
    }

    expect(seen.every(([, status]) => status === 200)).toBe(true);
    expect(seen[0]?.[0]).toBe(1);
    expect(seen.at(-1)?.[0]).toBe(2);
    expect(calls.loads).toBe(2);
  });

  it("asks the registry once for many requests that find it old", async () => {
    const { predict, pass, runTasks, calls } = setUp();
    await Promise.all([predict(), predict(), predict()]);
    expect(calls).toEqual({ registry: 1, loads: 1 });

    pass(2_500);
    await Promise.all([predict(), predict(), predict()]);
    await runTasks();

    expect(calls).toEqual({ registry: 2, loads: 1 });
  });

  it("is seen by the first request after a long sleep", async () => {
    const { predict, publish, promote, pass } = setUp();
    await predict();
    promote(publish());
    pass(3_600_000);

    expect(await predict()).toEqual({ status: 200, version: 2 });
  });

  it("back to the version before needs no load", async () => {
    const { predict, publish, promote, pass, calls } = setUp();
    await predict();
    promote(publish());
    pass(60_000);
    await predict();
    promote(1);
    pass(60_000);

    expect(await predict()).toEqual({ status: 200, version: 1 });
    expect(calls.loads).toBe(2);
  });

  it.each(["model.onnx", "code.mjs", "manifest.json", "baseline.json"])(
    "of a version whose %s is corrupted leaves the one before serving, and tells",
    async (file) => {
      const { predict, publish, promote, damage, pass, runTasks, metrics, logged } = setUp();
      await predict();
      const broken = publish();
      damage(broken, file);
      promote(broken);
      pass(2_500);

      expect(await predict()).toEqual({ status: 200, version: 1 });
      await runTasks();
      expect(await predict()).toEqual({ status: 200, version: 1 });

      expect(logged).toEqual([
        expect.objectContaining({
          error: "IntegrityError",
          message: expect.stringMatching(/the version before keeps serving.*sha-256/),
        }),
      ]);
      expect(metrics.flatMap((line) => line.metrics)).toContainEqual({
        name: "RefreshFailures",
        unit: "Count",
        value: 1,
      });
    },
  );

  it("fails with 503 where the corrupted version is the first, and works once one is sound", async () => {
    const { predict, publish, promote, damage, pass, logged } = setUp();
    damage(1, "model.onnx");

    expect((await predict()).status).toBe(503);
    expect(logged).toEqual([expect.objectContaining({ path: `/models/${MODEL}/predictions` })]);
    promote(publish());
    pass(2_500);
    expect(await predict()).toEqual({ status: 200, version: 2 });
  });

  it("lets go of versions that neither serve nor answer any more", async () => {
    const world = servingWorld();
    const released: number[] = [];
    const handler = makeHandler({
      ...world.deps,
      mostVersions: 1,
      loadVersion: async (model, version) => {
        const loaded = await world.deps.loadVersion(model, version);
        const release = async () => void released.push(version);
        return { ...loaded, release };
      },
    });
    const event = httpEvent("POST", `/models/${MODEL}/predictions`, { instances: [FLIGHT] });

    for (let i = 0; i < 3; i += 1) {
      world.promote(world.publish());
      world.pass(60_000);
      expect((await handler(event)).statusCode).toBe(200);
    }

    expect(released).toEqual([1, 2]);
  });

  it("is not needed to keep serving while the registry is down", async () => {
    const { deps, publish, promote, pass } = servingWorld();
    promote(publish());
    const deployment = vi.fn(deps.registry.deployment);
    const handler = makeHandler({ ...deps, registry: { ...deps.registry, deployment } });
    const event = httpEvent("POST", `/models/${MODEL}/predictions`, { instances: [FLIGHT] });
    await handler(event);
    deployment.mockRejectedValue(new UnavailableError("throttled"));
    pass(60_000);

    expect((await handler(event)).statusCode).toBe(200);
  });

  it("serves with the version's own code, not with the definition's of today", async () => {
    const { predict, publish, promote, pass, messages, runTasks } = setUp();
    const code = "export const hour = () => 3; export const weekday = () => 4;";
    promote(publish({ code }));
    pass(60_000);

    await predict();
    await runTasks();

    expect(parsePredictionMessage(messages[0] ?? "").records[0]?.features).toMatchObject({
      hour: 3,
      weekday: 4,
    });
  });

  it.each([
    ["lacks a function", "export const hour = () => 3;", /row feature weekday is missing/],
    ["is no module", "export const = ;", /no module/],
  ])("of a version whose code %s is refused", async (_name, code, message) => {
    const { publish, load } = setUp();

    await expect(load(MODEL, publish({ code }))).rejects.toThrow(message);
  });
});

describe("an unknown model", () => {
  it("is asked for once in two seconds", async () => {
    const { predict, calls, pass } = setUp();
    const unknown = () => predict("/models/invented/predictions");

    for (let i = 0; i < 5; i += 1) expect((await unknown()).status).toBe(404);
    expect(calls.registry).toBe(1);

    pass(2_500);
    await unknown();
    expect(calls.registry).toBe(2);
  });
});
