import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PredictionRecord } from "../../../core/inference/prediction-record.ts";
import type { ObjectStore } from "../../../core/ports/object-store.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { armCounter } from "../../../engine/experiments/count-arms.ts";
import { predictionsParquet } from "../../../engine/predictions/predictions-parquet.ts";
import { trafficCounter } from "../../../engine/rollout/count-traffic.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";

const window = { from: "2026-01-01T12:00:00.000Z", until: "2026-01-01T13:00:00.000Z" };
const EARLIER = "2026-01-01T11:30:00.000Z";
const NOW = "2026-01-01T12:30:00.000Z";

let ids = 0;
const record = (route: PredictionRecord["route"], parts: Partial<PredictionRecord> = {}) => ({
  predictionId: `p${ids++}`,
  ...{ time: NOW, model: "shop", version: route === "champion" ? 1 : 2 },
  ...{
    alias: "champion",
    requestId: "r",
    features: { age: 1 },
    score: 0.5,
    label: 0,
    latencyMs: 1,
  },
  ...(route !== undefined && { route }),
  ...parts,
});

describe("what the log says of versions on trial", () => {
  let folder: string;
  let store: ObjectStore;
  const log = (model: string, name: string, records: readonly PredictionRecord[]) => {
    const [{ time } = { time: NOW }] = records;
    const key = storageKeys.predictions(model, time.slice(0, 10), time.slice(11, 13), name);
    return store.put(key, predictionsParquet({ inputs: { age: "number" }, records }));
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "millrace-traffic-"));
    store = fileObjectStore(folder);
    const scores = Array.from({ length: 11 }, (_, i) => i / 10);
    const twice = record("canary", { score: -1, latencyMs: 9 });
    await log("shop", "now", [
      ...scores.map((score) => record("champion", { score, label: score > 0.5 ? 1 : 0 })),
      ...[twice, twice, record("canary", { score: 0.05 }), record("canary", { score: 7 })],
      // neither side's
      ...[record("pinned"), record("shadow"), record("canary", { version: 3 })],
      ...[record("champion", { insteadOf: 2 }), record("champion", { insteadOf: 2 })],
      record("champion", { insteadOf: 3 }),
      ...[record("challenger", { score: 1, label: 1, latencyMs: 2 }), record("challenger")],
    ]);
    await log("shop", "earlier", [
      record("canary", { time: EARLIER }),
      record("champion", { time: EARLIER, latencyMs: 50, score: 0.5 }),
      record("champion", { time: EARLIER, insteadOf: 2 }),
    ]);
    const rare = { model: "rare", sampleRate: 0.1 };
    await log("rare", "now", [
      // 10 failed requests of 110, of which the champion's share logged one
      ...[record("champion", { ...rare, insteadOf: 2 }), record("champion", rare)],
      ...Array.from({ length: 100 }, () => record("canary", { model: "rare" })),
    ]);
    await log("dead", "now", [record("champion", { ...rare, model: "dead", insteadOf: 2 })]);
    await log("old", "waited", [{ ...record("champion"), route: undefined, model: "old" }]);
    const key = storageKeys.predictions("ancient", "2026-01-01", "12", "before");
    const copied = join(folder, "ancient.parquet");
    await withDuckdb({ threads: 1 }, ({ connection }) =>
      connection.run(`COPY (SELECT 'p' AS "predictionId", TIMESTAMP '${NOW.slice(0, -1)}' AS "time",
        1 AS "version", 'champion' AS "alias", 0.5 AS score, 1 AS "label", 1.0 AS "latencyMs")
        TO '${copied}' (FORMAT parquet)`),
    );
    await store.put(key, await readFile(copied));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const count = (order = {}) =>
    trafficCounter(store, { threads: 1 })({
      ...{ model: "shop", canary: 2, champion: 1, window, championFrom: window.from },
      ...order,
    });

  it("counts each side's predictions once, and failures where the champion stood in", async () => {
    const { canary, champion } = await count();

    expect(canary).toMatchObject({ predictions: 3, failures: 2 });
    // of 1, 1 and 9 the 99th percentile is 9 - 0.02 * 8
    expect(canary.latencyP99Ms).toBeCloseTo(8.84, 10);
    expect(champion).toMatchObject({ predictions: 11, latencyP99Ms: 1 });
  });

  it("bins scores by the champion's deciles, with a bin below and one above", async () => {
    const { canary, champion } = await count();

    expect(champion.scores).toHaveLength(13);
    expect(champion.scores).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    expect(canary.scores).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it("counts the champion from before the canary's window where it is asked to", async () => {
    const { canary, champion } = await count({ championFrom: "2026-01-01T11:00:00.000Z" });

    expect(canary).toMatchObject({ predictions: 3, failures: 2 });
    expect(champion.predictions).toBe(12);
  });

  it("weighs failures, which are logged at the champion's share, as the canary's predictions", async () => {
    expect((await count({ model: "rare" })).canary).toMatchObject({
      ...{ predictions: 100, failures: 10 },
    });
    expect((await count({ model: "dead" })).canary).toMatchObject({
      ...{ predictions: 0, failures: 1 },
    });
  });

  it("reads files from before there were deployments, and an empty log", async () => {
    for (const model of ["old", "ancient"]) {
      expect(await count({ model })).toMatchObject({
        canary: { predictions: 0, failures: 0 },
        champion: { predictions: 1 },
      });
    }
    expect((await count({ model: "nobody" })).champion.predictions).toBe(0);
  });

  it("compares a challenger with the champion, metric by metric", async () => {
    const order = { champion: 1, challenger: 2, window };
    const countArms = armCounter(store, { threads: 1 });
    const { champion, challenger } = await countArms({ model: "shop", ...order });

    expect(challenger).toEqual({
      score: { n: 2, mean: 0.75, variance: 0.125 },
      positiveShare: { n: 2, mean: 0.5, variance: 0.5 },
      latencyMs: { n: 2, mean: 1.5, variance: 0.5 },
    });
    expect(champion.score?.n).toBe(11);
    expect(champion.positiveShare?.mean).toBeCloseTo(5 / 11, 12);
    const nothing = { champion: {}, challenger: {} };
    expect(await countArms({ model: "ancient", ...order })).toMatchObject({
      champion: { score: { n: 1, mean: 0.5, variance: 0 } },
      challenger: {},
    });
    expect(await countArms({ model: "nobody", ...order })).toEqual(nothing);
  });
});
