import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConflictError, InvalidInputError } from "../../../core/errors.ts";
import type { LoadedVersion } from "../../../core/inference/loaded-version.ts";
import type { Registry } from "../../../core/registry/registry.ts";
import type { TrafficCounts } from "../../../core/rollout/traffic-counts.ts";
import { NO_ROUTING } from "../../../core/routing/deployment.ts";
import { versionFiles } from "../../../core/storage-keys.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { makeHandler as makeAdvance } from "../../../functions/advance-rollout/handler.ts";
import { makeHandler as makeRollback } from "../../../functions/rollback/handler.ts";
import { makeHandler as makeRoute } from "../../../functions/route/handler.ts";
import { makeHandler as makeStart } from "../../../functions/start-rollout/handler.ts";
import { endInterruptedRollouts } from "../../../local/interrupted-rollouts.ts";
import { type LocalPlaces, startPlaces } from "./local-registry.ts";

const MODEL = "shop";
const BY = { by: "ada", why: "a test" };
const MINUTE = 60_000;
const SAMPLES = new TextEncoder().encode(JSON.stringify([{ inputs: {}, score: 0.5 }]));
const STEPS = { steps: [0.1, 1], minutes: 10, minPredictions: 100 };

let places: LocalPlaces;
beforeAll(async () => {
  places = await startPlaces();
});
afterAll(() => places.stop());

async function register(registry: Registry, status: "registered" | "rejected", runId: string) {
  const ids = { model: MODEL, runId, definitionDigest: "d1" };
  await registry.startRun({ ...ids, reason: "r", requestedBy: "ada" });
  await registry.reserveVersion(MODEL, runId);
  await registry.registerVersion(
    {
      ...{ ...ids, status, reasons: [], datasetDigest: "data", manifestSha256: runId },
      ...{
        gitCommit: "c",
        candidate: "c",
        family: "gradient-boosting",
        parameters: {},
        metrics: {},
      },
    },
    BY,
  );
}

/** Versions 1 to 3 passed, 4 was rejected, 5 answers otherwise than it did; 1 is champion. */
async function setUp({ champion = 1 }: { champion?: number | null } = {}) {
  const { registry } = await places.make();
  const record = { model: MODEL, owner: "o", description: "d", definitionDigest: "d1" };
  await registry.deployDefinition(record, BY);
  for (const n of [1, 2, 3, 4, 5]) {
    await register(registry, n === 4 ? "rejected" : "registered", `r${n}`);
  }
  const promote = (version: number) =>
    registry.moveAlias({ model: MODEL, alias: "champion", version }, BY);
  if (champion !== null) await promote(champion);
  let now = Date.parse("2026-01-01T00:00:00.000Z");
  let counts: TrafficCounts;
  const asked: object[] = [];
  const loadVersion = async (model: string, version: number) => {
    const score = version === 5 ? 0.9 : 0.5;
    return {
      ...{ model, version, definition: {} },
      manifest: { inputs: [], files: { [versionFiles.samples]: { sha256: sha256(SAMPLES) } } },
      score: async () => ({ scores: [score], predictions: [score] }),
      release: async () => undefined,
    } as unknown as LoadedVersion;
  };
  const clock = () => now;
  const checked = { registry, store: { get: async () => SAMPLES }, loadVersion, sha256, clock };
  const advance = makeAdvance({
    registry,
    clock,
    countTraffic: async (order) => {
      asked.push(order);
      return counts;
    },
  });
  const start = makeStart(checked);
  return {
    ...{
      registry,
      promote,
      asked,
      route: makeRoute(checked),
      rollback: makeRollback({ registry }),
    },
    start: (version: number, name = "e1", order: object = STEPS) =>
      start({ execution: { name }, input: { model: MODEL, version, ...BY, ...order } }),
    /** Checks the canary after some minutes of what the log says. */
    check: async (minutes: number, failures = 0, version = 2) => {
      now += minutes * MINUTE;
      const side = { predictions: 1_000, latencyP99Ms: 4, scores: [500, 500] };
      counts = { canary: { ...side, failures }, champion: side };
      const plan = { ...STEPS, maxErrorShare: 0.01, maxLatencyRatio: 2, maxScorePsi: 0.25 };
      return advance({ model: MODEL, version, runId: "e1", plan });
    },
    deployment: () => registry.deployment(MODEL),
  };
}

describe("a rollout", () => {
  it("gives a version share after share, then all, each as one change with its reason", async () => {
    const { start, check, deployment, registry, asked } = await setUp();

    expect(await start(2)).toMatchObject({ status: "started", waitSeconds: 60 });
    expect((await deployment()).canary).toMatchObject({ version: 2, share: 0.1, step: 0 });
    expect(await start(2)).toMatchObject({ status: "started" });
    expect(await check(9)).toMatchObject({ status: "waiting", waitSeconds: 60 });
    expect((await deployment()).revision).toBe(1);
    expect(await check(1)).toMatchObject({ status: "advanced" });
    expect((await deployment()).canary).toMatchObject({ version: 2, share: 1, step: 1 });
    const promoted = await check(10);
    expect(promoted).toMatchObject({ status: "promoted", why: /^version 2 at 100% held: / });
    expect(await deployment()).toEqual({ ...NO_ROUTING, model: MODEL, champion: 2, revision: 3 });
    // its own retry
    expect(await check(0)).toMatchObject({ status: "promoted" });

    const [first] = await registry.events(MODEL, 1);
    expect(first).toMatchObject({ by: "rollout e1", why: promoted.why });
    // with all of the traffic it is compared with what the champion did since the rollout began
    expect(asked.at(-1)).toMatchObject({
      window: { from: "2026-01-01T00:10:00.000Z", until: "2026-01-01T00:20:00.000Z" },
      championFrom: "2026-01-01T00:00:00.000Z",
    });
  });

  it("is taken back by itself where it does not hold, and says why", async () => {
    const { start, check, deployment, registry } = await setUp();
    await start(2);

    const move = await check(1, 50);

    expect(move).toMatchObject({
      status: "rolled-back",
      why: "version 2 at 10% was taken back: 4.76% of 1050 failed; 1% may",
    });
    // a retry, where the answer was lost
    expect(await check(0)).toMatchObject({ status: "rolled-back", why: move.why });
    expect(await deployment()).toEqual({ ...NO_ROUTING, model: MODEL, champion: 1, revision: 2 });
    expect((await registry.events(MODEL, 1))[0]).toMatchObject({
      ...{ kind: "deployment-changed", from: "canary 2: 10%", to: "champion alone" },
      why: move.why,
    });
  });

  it("ends where a person takes the canary back or promotes it, and obeys", async () => {
    const { start, check, rollback, promote, deployment } = await setUp();
    await start(2);
    expect(await rollback({ model: MODEL, ...BY })).toEqual({
      rolledBack: "canary",
      from: 2,
      to: 1,
    });
    expect(await check(10)).toMatchObject({ status: "ended" });

    await start(2);
    await promote(2);
    expect(await check(10)).toMatchObject({ status: "promoted" });
    expect(await deployment()).toMatchObject({ ...NO_ROUTING, champion: 2 });
  });

  it("waits for the next check where the deployment changed while it judged", async () => {
    const { start, check, registry, deployment } = await setUp();
    await start(2);
    const changeDeployment = registry.changeDeployment;
    registry.changeDeployment = () => Promise.reject(new ConflictError("changed meanwhile"));

    expect(await check(10)).toMatchObject({ status: "waiting", why: "changed meanwhile" });
    registry.changeDeployment = () => Promise.reject(new Error("broken"));
    await expect(check(10)).rejects.toThrow("broken");

    registry.changeDeployment = changeDeployment;
    expect((await deployment()).canary?.step).toBe(0);
  });

  it("promotes at once where there is no champion, or the version is champion", async () => {
    const { start, deployment } = await setUp({ champion: null });

    expect(await start(2)).toMatchObject({ status: "promoted" });
    expect(await deployment()).toMatchObject({ champion: 2, revision: 1 });
    expect(await start(2)).toMatchObject({ status: "promoted", why: "it is champion" });
  });

  it("fails on a rejected version, one that answers otherwise, and beside another", async () => {
    const { start, deployment } = await setUp();

    await expect(start(4)).rejects.toThrow(ConflictError);
    await expect(start(5)).rejects.toThrow(/sample row 0/);
    expect((await deployment()).revision).toBe(0);
    await start(2);
    await expect(start(3, "e2")).rejects.toThrow(/being rolled out by e1/);
  });

  it("that the platform's end interrupted is taken back at the next start", async () => {
    const { start, registry, deployment } = await setUp();
    await start(2);

    expect(await endInterruptedRollouts(registry)).toEqual(["e1"]);
    expect(await endInterruptedRollouts(registry)).toEqual([]);
    expect(await deployment()).toMatchObject({ ...NO_ROUTING, champion: 1 });
  });
});

describe("a rollback", () => {
  it("goes back to the champion before, then one further back, and no further", async () => {
    const { promote, rollback, deployment } = await setUp();
    await promote(2);
    await promote(3);
    const order = { model: MODEL, ...BY };

    expect(await rollback(order)).toEqual({ rolledBack: "champion", from: 3, to: 2 });
    expect(await rollback(order)).toEqual({ rolledBack: "champion", from: 2, to: 1 });
    await expect(rollback(order)).rejects.toThrow(ConflictError);
    expect(await deployment()).toMatchObject({ champion: 1, revision: 2 });
  });

  it("of one rollout's canary leaves another's, and the champion", async () => {
    const { start, rollback, deployment } = await setUp();
    await start(2);

    const other = await rollback({ model: MODEL, ...BY, runId: "e9" });
    expect(other).toEqual({ rolledBack: "nothing", from: null, to: 1 });
    expect((await deployment()).canary?.version).toBe(2);
    expect(await rollback({ model: MODEL, ...BY, runId: "e1" })).toMatchObject({ from: 2 });
  });
});

describe("a route", () => {
  const order = (parts: object) => ({ model: MODEL, ...BY, ...parts });

  it("sets challengers and shadows, and takes them away", async () => {
    const { route } = await setUp();

    const challengers = [{ version: 2, share: 0.1 }];
    expect(await route(order({ challengers, shadows: [3] }))).toMatchObject({
      ...{ challengers: [{ version: 2, slots: [[0, 1_000]] }], shadows: [3], revision: 1 },
    });
    expect(await route(order({ challengers }))).toMatchObject({ shadows: [], revision: 2 });
    expect(await route(order({}))).toMatchObject({ ...NO_ROUTING, revision: 3 });
  });

  it("fails on versions that did not pass or do not load, and on an older revision", async () => {
    const { route, deployment } = await setUp();

    await expect(route(order({ shadows: [4] }))).rejects.toThrow(ConflictError);
    await expect(route(order({ shadows: [5] }))).rejects.toThrow(/sample row 0/);
    await expect(route(order({ shadows: [1] }))).rejects.toThrow(InvalidInputError);
    await expect(route(order({ shadows: [2], revision: 7 }))).rejects.toThrow(
      /revision 0, not at 7/,
    );
    expect((await deployment()).revision).toBe(0);
  });
});
