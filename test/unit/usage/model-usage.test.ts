import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PredictionRecord } from "../../../core/inference/prediction-record.ts";
import { predictionsParquet } from "../../../engine/predictions/predictions-parquet.ts";
import { modelUsage } from "../../../engine/usage/model-usage.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "millrace-usage-"));
});
afterAll(() => rm(folder, { recursive: true }));

let made = 0;
const emptyStore = () => fileObjectStore(join(folder, String(made++)));

/** Records of one request. */
const request = (id: string, rows: number, latencyMs: number): PredictionRecord[] =>
  Array.from({ length: rows }, (_, row) => ({
    predictionId: `${id}-${row}`,
    time: "2026-01-01T00:00:00.000Z",
    model: "flights",
    version: 1,
    alias: "champion",
    requestId: id,
    features: { distance: 100 + row },
    score: 0.5,
    label: 1,
    latencyMs,
  }));

const parquet = (records: PredictionRecord[]) =>
  predictionsParquet({ inputs: { distance: "number" }, records });
const logKey = (hour: string, name: string) =>
  `predictions/model=flights/date=2026-01-01/hour=${hour}/${name}.parquet`;

describe("modelUsage", () => {
  it("counts objects and bytes below each of the model's prefixes, and of no other model", async () => {
    const store = emptyStore();
    await store.put("sources/flights/a.csv", "12345");
    await store.put("sources/flights/b.csv", "123");
    await store.put("models/flights/versions/1/model.onnx", "1234567");
    await store.put("models/flights-too/versions/1/model.onnx", "1");

    expect(await modelUsage(store, "flights")).toEqual({
      objects: { sources: { objects: 2, bytes: 8 }, models: { objects: 1, bytes: 7 } },
      predictions: null,
    });
  });

  it("measures records, and requests of one row apart from batches", async () => {
    const store = emptyStore();
    const first = parquet([...request("a", 1, 2), ...request("b", 1, 4), ...request("c", 20, 10)]);
    const second = parquet([...request("d", 40, 40), ...request("e", 5, 99)]);
    await store.put(logKey("10", "x"), first);
    await store.put(logKey("11", "y"), second);

    const { objects, predictions } = await modelUsage(store, "flights");

    expect(objects.predictions).toEqual({ objects: 2, bytes: first.length + second.length });
    expect(predictions).toMatchObject({
      records: 67,
      oneRow: { requests: 2, meanMs: 3 },
      // 10 / 20 and 40 / 40
      batch: { requests: 2, meanMsPerRow: 0.75 },
    });
    expect(predictions?.loggedBytes).toBeCloseTo((first.length + second.length) / 67, 8);
    const json = JSON.stringify(request("a", 1, 2)[0]).length;
    expect(predictions?.queuedBytes).toBeGreaterThan(json * 0.8);
    expect(predictions?.queuedBytes).toBeLessThan(json * 1.2);
  });

  it("says nothing of requests of a kind that nobody sent", async () => {
    const store = emptyStore();
    await store.put(logKey("10", "x"), parquet(request("a", 3, 2)));

    expect((await modelUsage(store, "flights")).predictions).toMatchObject({
      oneRow: null,
      batch: null,
    });
  });

  it("counts a prediction that was delivered twice as one row", async () => {
    const store = emptyStore();
    await store.put(logKey("10", "x"), parquet(request("a", 1, 2)));
    await store.put(logKey("10", "y"), parquet([...request("a", 1, 2), ...request("b", 1, 4)]));

    const { predictions } = await modelUsage(store, "flights");

    expect(predictions?.oneRow).toEqual({ requests: 2, meanMs: 3 });
  });

  it("lets a request count for those that were not sampled", async () => {
    const store = emptyStore();
    const sampled = request("a", 1, 2).map((record) => ({ ...record, sampleRate: 0.25 }));
    await store.put(logKey("10", "x"), parquet([...sampled, ...request("b", 1, 7)]));

    const { predictions } = await modelUsage(store, "flights");

    // (4 * 2 + 1 * 7) / 5
    expect(predictions?.oneRow).toEqual({ requests: 2, meanMs: 3 });
  });

  it("looks at the newest fifty files of a long log, and counts all", async () => {
    const store = emptyStore();
    for (let i = 0; i < 52; i++) {
      const hour = String(Math.floor(i / 26)).padStart(2, "0");
      const name = String(i).padStart(2, "0");
      await store.put(logKey(hour, name), parquet(request(`r${i}`, 1, i)));
    }

    const { objects, predictions } = await modelUsage(store, "flights");

    expect(objects.predictions?.objects).toBe(52);
    // 2 … 51
    expect(predictions).toMatchObject({ records: 50, oneRow: { requests: 50, meanMs: 26.5 } });
  });
});
