import { describe, expect, it } from "vitest";
import type { VersionBaseline } from "../../../core/dataset/baseline.ts";
import { profileCategories, profileNumbers } from "../../../core/dataset/profile.ts";
import { baselineCounts } from "../../../core/drift/drift-bins.ts";
import type { DriftReport } from "../../../core/drift/drift-report.ts";
import type { PredictionCounts } from "../../../core/drift/prediction-counts.ts";
import {
  IntegrityError,
  InvalidInputError,
  NotFoundError,
  UnavailableError,
} from "../../../core/errors.ts";
import type { Metric } from "../../../core/ports/metrics.ts";
import type { AuditEvent, ModelRecord, VersionRecord } from "../../../core/registry/records.ts";
import { storageKeys, versionFiles } from "../../../core/storage-keys.ts";
import { baselineLoader } from "../../../engine/drift/load-baseline.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { type CheckDriftDeps, makeHandler } from "../../../functions/check-drift/handler.ts";
import { memoryObjects } from "../../fixtures/memory-object-store.ts";
import { run, shopDefinition } from "./evaluate-world.ts";

const STARTED_AT = "2026-01-02T10:00:00.000Z";

/** What the monitoring workflow says. */
const order = (input: object = {}, execution: object = {}) => ({
  execution: { name: "e1", startedAt: STARTED_AT, ...execution },
  input: { model: "shop", ...input },
});

const baseline: VersionBaseline = {
  rows: 1_000,
  features: {
    age: profileNumbers(Float32Array.from({ length: 1_000 }, (_, i) => i / 7)),
    town: profileCategories(Object.entries({ Bonn: 600, Ulm: 400 }), 0),
  },
  label: profileCategories(Object.entries({ "0": 800, "1": 200 }), 0),
  score: profileNumbers(Float32Array.from({ length: 1_000 }, (_, i) => i / 1_000)),
};

const stable: PredictionCounts = {
  predictions: 1_000,
  features: {
    age: baselineCounts(baseline.features.age ?? baseline.score),
    town: [610, 390, 0, 0],
  },
  score: baselineCounts(baseline.score),
};

function setUp(counts: PredictionCounts, { hasChampion = true, redact = [] as string[] } = {}) {
  const store = memoryObjects();
  const clock = { now: Date.parse(STARTED_AT) + 5_000 };
  const found = { counts };
  const recorded: Parameters<CheckDriftDeps["registry"]["record"]>[] = [];
  const events: Omit<AuditEvent, "id" | "at">[] = [];
  const metrics: (readonly [Readonly<Record<string, string>>, Metric])[] = [];
  const orders: Parameters<CheckDriftDeps["countPredictions"]>[0][] = [];
  const since = "2026-01-01T00:00:00Z";
  const champion = { model: "shop", alias: "champion", version: 3, since, by: "tests" } as const;
  const handler = makeHandler({
    store,
    registry: {
      model: async (model) => {
        if (model !== "shop") throw new NotFoundError(`no model ${model}`);
        return { model, definitionDigest: run.definitionDigest } as ModelRecord;
      },
      aliases: async () => [
        { ...champion, alias: "shadow", version: 9 },
        ...(hasChampion ? [champion] : []),
      ],
      record: async (event, identity) => {
        recorded.push([event, identity]);
        events.push(event);
      },
    },
    loadDefinition: async (_model, digest) => ({
      digest,
      definition: shopDefinition({
        monitors: { drift: { windowHours: 6, minPredictions: 100, maxPsi: 0.2 } },
        ...(redact.length > 0 && { serving: { log: { redact } } }),
      }),
      compute: {},
    }),
    loadBaseline: async () => baseline,
    countPredictions: async (order) => {
      orders.push(order);
      return found.counts;
    },
    emitMetrics: (dimensions, some) => metrics.push(...some.map((m) => [dimensions, m] as const)),
    clock: () => clock.now,
  });
  const report = async (key: string) =>
    JSON.parse(new TextDecoder().decode(await store.get(key))) as DriftReport;
  return { handler, store, clock, found, events, recorded, metrics, orders, report };
}

describe("check-drift", () => {
  it("finds the champion's window stable, writes a report, an event and metrics", async () => {
    const { handler, events, metrics, orders, report } = setUp(stable);

    const output = await handler(order());

    expect(output).toEqual({
      verdict: "stable",
      version: 3,
      predictions: 1_000,
      drifted: [],
      reportKey: "reports/shop/drift/2026-01-02T10:00:00.000Z-e1.json",
    });
    const window = { from: "2026-01-02T04:00:00.000Z", until: "2026-01-02T10:00:00.000Z" };
    expect(orders[0]).toMatchObject({ model: "shop", version: 3, window });
    expect(await report(output.reportKey)).toMatchObject({
      verdict: "stable",
      window,
      maxPsi: 0.2,
    });
    expect(events).toEqual([
      expect.objectContaining({
        kind: "drift-reported",
        subject: "version 3",
        to: output.reportKey,
      }),
    ]);
    expect(metrics.map(([dimensions, { name }]) => [name, dimensions.Feature])).toEqual([
      ["DriftPredictions", undefined],
      ["DriftedColumns", undefined],
      ["DriftPsi", "town"],
      ["DriftPsi", "age"],
      ["DriftPsi", "score"],
    ]);
  });

  it("names what drifted, worst first, and counts it", async () => {
    const { handler, metrics } = setUp({
      ...stable,
      features: { ...stable.features, town: [100, 900, 0, 0] },
      score: stable.score.map((_, bin) => (bin === 0 ? 1_000 : 0)),
    });

    const output = await handler(order());

    expect(output).toMatchObject({ verdict: "drifted", drifted: ["score", "town"] });
    expect(metrics).toContainEqual([
      { Model: "shop" },
      { name: "DriftedColumns", unit: "Count", value: 2 },
    ]);
  });

  it("compares no feature whose values are not logged, and says so", async () => {
    const { handler, orders, report } = setUp(stable, { redact: ["town"] });
    const { reportKey } = await handler(order());
    expect(Object.keys(orders[0]?.baseline.features ?? {})).toEqual(["age"]);
    const { columns, redacted } = await report(reportKey);
    expect(columns.map(({ name }) => name)).not.toContain("town");
    expect(redacted).toEqual(["town"]);
  });

  it("looks back from the instant it is given", async () => {
    const { handler, orders } = setUp(stable);

    await handler(order({ until: "2025-12-31T23:00:00+01:00" }));

    expect(orders[0]?.window).toEqual({
      from: "2025-12-31T16:00:00.000Z",
      until: "2025-12-31T22:00:00.000Z",
    });
  });

  it("gives no verdict without traffic, and emits no index", async () => {
    const nothing = { predictions: 0, features: {}, score: [] };
    const { handler, metrics, report } = setUp(nothing);

    const output = await handler(order());

    expect(output).toMatchObject({ verdict: "not-enough-data", predictions: 0, drifted: [] });
    expect((await report(output.reportKey)).columns).toEqual([]);
    expect(metrics.map(([, { name }]) => name)).toEqual(["DriftPredictions"]);
  });

  it("gives no verdict and no index on too few predictions, however far off", async () => {
    const { handler, metrics } = setUp({
      predictions: 99,
      features: { age: stable.features.age ?? [], town: [0, 0, 99, 0] },
      score: stable.score,
    });

    expect((await handler(order())).verdict).toBe("not-enough-data");
    expect(metrics.map(([, { name }]) => name)).not.toContain("DriftPsi");
  });

  it("says so where there is no champion, and counts nothing", async () => {
    const { handler, orders, events, report } = setUp(stable, { hasChampion: false });

    const output = await handler(order());

    expect(output).toMatchObject({ verdict: "no-champion", version: null, predictions: 0 });
    expect(await report(output.reportKey)).toMatchObject({ verdict: "no-champion" });
    expect(orders).toEqual([]);
    expect(events).toHaveLength(1);
  });

  it("fails on a model that does not exist", async () => {
    await expect(setUp(stable).handler(order({ model: "none" }))).rejects.toThrow(NotFoundError);
  });

  it.each([
    ["no execution", { input: { model: "shop" } }],
    ["no model", order({ model: undefined })],
    ["an instant that is none", order({ until: "yesterday" })],
    ["an execution whose name leads elsewhere", order({}, { name: "../e1" })],
  ])("fails on %s", async (_name, event) => {
    await expect(setUp(stable).handler(event)).rejects.toThrow(InvalidInputError);
  });
});

describe("check-drift, tried again", () => {
  it("repeats what it found at first, though traffic and clock went on", async () => {
    const { handler, store, clock, found, orders, recorded } = setUp(stable);
    const first = await handler(order());
    clock.now += 60_000;
    found.counts = { ...stable, features: { ...stable.features, town: [0, 0, 900, 100] } };

    const again = await handler(order());

    expect(again).toEqual(first);
    expect(orders).toHaveLength(1);
    expect([...store.objects.keys()]).toEqual([first.reportKey]);
    expect(recorded[0]?.[1]).toEqual({ id: "e1", at: "2026-01-02T10:00:05.000Z" });
    expect(recorded[1]).toEqual(recorded[0]);
  });

  it("yields to a try that was thought dead and was quicker", async () => {
    const { handler, store, clock, report } = setUp(stable);
    const { reportKey } = await handler(order());
    const seen = await report(reportKey);
    store.head = async () => undefined;
    clock.now += 60_000;

    const again = await handler(order());

    expect(await report(again.reportKey)).toEqual(seen);
  });

  it("is another check in another execution", async () => {
    const { handler, store } = setUp(stable);

    await handler(order());
    await handler(order({}, { name: "e2" }));

    expect(store.objects.size).toBe(2);
  });

  it("fails on a stored report that is damaged, or that cannot be stored", async () => {
    const { handler, store } = setUp(stable);
    const { reportKey } = await handler(order());
    store.objects.set(reportKey, new TextEncoder().encode('{"model":"shop"}'));

    await expect(handler(order())).rejects.toThrow(IntegrityError);

    store.put = async () => {
      throw new UnavailableError("busy");
    };
    await expect(handler(order({}, { name: "e2" }))).rejects.toThrow(UnavailableError);
  });
});

describe("baselineLoader", () => {
  function stored(damage: (text: string, name: string) => string = (text) => text) {
    const store = memoryObjects();
    const folder = storageKeys.version("shop", 3);
    const text = JSON.stringify(baseline);
    const manifest = JSON.stringify({
      files: { [versionFiles.baseline]: { sha256: sha256(text), sizeBytes: text.length } },
    });
    for (const [name, content] of [
      [versionFiles.baseline, text],
      [versionFiles.manifest, manifest],
    ] as const) {
      const bytes = new TextEncoder().encode(damage(content, name));
      store.objects.set(`${folder}/${name}`, bytes);
    }
    const record = { manifestSha256: sha256(manifest) } as VersionRecord;
    return baselineLoader(store, { version: async () => record });
  }

  it("gives what was registered", async () => {
    expect(await stored()("shop", 3)).toEqual(baseline);
  });

  it.each([versionFiles.baseline, versionFiles.manifest])(
    "fails on a changed %s",
    async (damaged) => {
      const load = stored((text, name) => (name === damaged ? `${text} ` : text));

      await expect(load("shop", 3)).rejects.toThrow(IntegrityError);
    },
  );
});
