import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { featureText } from "../../../cli/features/feature-text.ts";
import { canonicalJson } from "../../../core/canonical-json.ts";
import type { NumberProfile } from "../../../core/dataset/baseline.ts";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import type { VersionRecord } from "../../../core/registry/records.ts";
import { storageKeys, versionFiles } from "../../../core/storage-keys.ts";
import { featureStatistics } from "../../../core/streams/feature-statistics.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { eventsParquet } from "../../../engine/streams/events-parquet.ts";
import { type CatalogueDeps, showFeature } from "../../../engine/streams/feature-catalogue.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";

const stream = parseStream({
  name: "purchases",
  owner: "risk",
  description: "Purchases",
  fields: { at: { type: "timestamp" }, card: { type: "category", required: false } },
  eventTime: "at",
  features: { card_count_1h: { entity: ["card"], operation: "count", window: "1h" } },
});
const profile: NumberProfile = {
  ...{ kind: "number", rows: 10, missing: 2, min: 0, max: 9, mean: 3, standardDeviation: 2 },
  edges: [1, 4],
  counts: [2, 4, 2],
};

describe("featureStatistics", () => {
  it("takes quantiles from the upper edges of the bins in which they lie", () => {
    // of 8 values 2 lie up to 1, 6 up to 4
    expect(featureStatistics(profile)).toEqual({
      ...{ rows: 10, missingShare: 0.2, mean: 3, standardDeviation: 2, min: 0, max: 9 },
      quantiles: { p25: 1, p50: 4, p75: 4 },
    });
    expect(featureStatistics({ ...profile, counts: [1, 1, 6] })).toMatchObject({
      quantiles: { p25: 4, p50: 9, p75: 9 },
    });
  });

  it("has no quantiles without values, and no share without rows", () => {
    const none = { ...profile, rows: 0, missing: 0, max: null, edges: [], counts: [0] };

    expect(featureStatistics(none)).toMatchObject({
      missingShare: null,
      quantiles: { p25: null, p50: null, p75: null },
    });
  });

  it("names the five most frequent texts", () => {
    const counts = ["a", "b", "c", "d", "e", "f"].map((text, i) => [text, 6 - i] as const);

    expect(
      featureStatistics({ kind: "category", rows: 24, missing: 3, distinct: 6, counts, other: 0 }),
    ).toEqual({
      ...{ rows: 24, missingShare: 0.125, distinct: 6 },
      mostFrequent: { a: 0.25, b: 5 / 24, c: 4 / 24, d: 3 / 24, e: 2 / 24 },
    });
  });
});

let made = 0;

describe("showFeature", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "millrace-catalogue-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Two models that read the feature; `versions` as [model, version, day it was made, has a baseline]. */
  async function world(versions: readonly (readonly [string, number, string, boolean])[]) {
    const store = fileObjectStore(join(folder, String(made++)));
    const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const streamBytes = json(stream);
    const streamDigest = sha256(canonicalJson(stream));
    await store.put(storageKeys.streamDefinition("purchases", streamDigest), streamBytes);
    const definition = json({
      streams: [stream],
      aggregates: {
        card_count_1h: { stream: "purchases", key: {}, input: true, inRequest: "never" },
      },
    });
    const records: VersionRecord[] = [];
    for (const model of new Set(versions.map(([name]) => name))) {
      await store.put(storageKeys.definition(model, "d"), definition);
    }
    for (const [model, version, day, hasBaseline] of versions) {
      const baseline = json({
        rows: 10,
        features: { card_count_1h: { ...profile, mean: version } },
      });
      const files = { [versionFiles.baseline]: { sha256: sha256(baseline) } };
      const manifest = json({ files });
      const at = storageKeys.version(model, version);
      await store.put(`${at}/${versionFiles.manifest}`, manifest);
      if (hasBaseline) await store.put(`${at}/${versionFiles.baseline}`, baseline);
      const record = { model, version, createdAt: day, status: "registered" };
      const digests = { definitionDigest: "d", manifestSha256: sha256(manifest) };
      records.push({ ...record, ...digests } as unknown as VersionRecord);
    }
    const streamRecord = {
      ...{ stream: "purchases", owner: "risk", updatedAt: "2026-01-01T00:00:00.000Z" },
      ...{ definitionDigest: streamDigest, features: {} },
    };
    const registry = {
      models: async () =>
        [...new Set(versions.map(([model]) => model))].map((model) => ({
          ...{ model, definitionDigest: "d" },
        })),
      versions: async (model: string) => records.filter((record) => record.model === model),
      version: async (model: string, version: number) =>
        records.find((record) => record.model === model && record.version === version),
      streams: async () => [streamRecord],
      stream: async () => streamRecord,
    };
    const deps = { store, registry } as unknown as CatalogueDeps &
      Parameters<typeof showFeature>[0];
    const show = (region?: string) => showFeature(deps, { threads: 1 }, "card_count_1h", region);
    const receive = (hour: string, cards: readonly (string | null)[]) => {
      const timeMs = Date.parse("2026-01-31T09:00:00Z");
      const receivedAtMs = Date.parse(`2026-01-31T${hour}:00:00Z`);
      const bytes = eventsParquet(
        stream,
        cards.map((card, i) => {
          const event = { id: `${hour}${i}`, timeMs, values: { at: timeMs, card } };
          return { event, receivedAtMs };
        }),
      );
      return store.put(
        storageKeys.streamEvents("purchases", "2026-01-31", hour, sha256(bytes)),
        bytes,
      );
    };
    return { show, receive };
  }

  it("has the statistics of the newest version that reads it, whichever model's", async () => {
    const { show } = await world([
      ["fraud", 1, "2026-01-01", true],
      ["fraud", 2, "2026-01-03", true],
      ["limits", 7, "2026-01-02", true],
    ]);

    const { statistics } = await show();

    expect(statistics).toMatchObject({ model: "fraud", version: 2, mean: 2, missingShare: 0.2 });
  });

  it("takes another model's where the newest version's baseline is gone, and none where all are", async () => {
    const some = await world([
      ["fraud", 2, "2026-01-03", false],
      ["limits", 7, "2026-01-02", true],
    ]);
    const none = await world([["fraud", 2, "2026-01-03", false]]);

    expect((await some.show()).statistics).toMatchObject({ model: "limits", version: 7 });
    expect((await none.show()).statistics).toBeNull();
  });

  it("computes its cost from the events of the last day, and none without events or prices", async () => {
    const { show, receive } = await world([["fraud", 1, "2026-01-01", true]]);
    expect((await show()).cost).toBeNull();

    await receive("10", ["a", "a", "b"]);
    await receive("11", ["a", null]);

    const shown = await show("eu-central-1");
    expect(shown.freshness).toMatchObject({ date: "2026-01-31", events: 5 });
    // 2 files a day; entities of a file: a and b, then a: 3 writes of less than 1 kB
    const { cost } = shown;
    expect(cost).toMatchObject({ region: "eu-central-1", eventsPerMonth: 152, isComplete: false });
    const usdOfUnits = (730 / 24) * (2 * 0.0000054 + 3 * (0.0000007625 + 0.0000001525));
    expect(cost?.usdPerMonth).toBeGreaterThan(usdOfUnits);
    expect(cost?.usdPerMonth).toBeLessThan(1.2 * usdOfUnits);
    expect((await show("mars-1")).cost).toBeNull();
    const text = featureText(shown);
    expect(text).toMatch(/statistics +10 training rows of fraud version 1: 20\.0% missing, mean 1/);
    expect(text).toMatch(
      /cost +0\.000\d USD a month of .* at 152 events a month in eu-central-1, and/,
    );
  });
});
