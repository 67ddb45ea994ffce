import { join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { countIntoBins, profileNumbers } from "../../../core/dataset/profile.ts";
import { IntegrityError } from "../../../core/errors.ts";
import type { PredictionMessage } from "../../../core/inference/prediction-message.ts";
import type { PredictionRecord } from "../../../core/inference/prediction-record.ts";
import type { ObjectStore } from "../../../core/ports/object-store.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { predictionCounter } from "../../../engine/drift/count-predictions.ts";
import { predictionsParquet } from "../../../engine/predictions/predictions-parquet.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";
import { baseline, categories } from "./profiles.ts";

const window = { from: "2026-01-01T10:30:00.000Z", until: "2026-01-02T10:30:00.000Z" };
const INPUTS = { age: "number", town: "category" } as const;

function record(id: string, parts: Partial<PredictionRecord> = {}): PredictionRecord {
  return {
    predictionId: id,
    time: "2026-01-01T12:00:00.000Z",
    model: "shop",
    version: 2,
    alias: "champion",
    requestId: "r",
    features: { age: 1, town: "Ulm" },
    score: 0.5,
    label: 1,
    latencyMs: 1,
    ...parts,
  };
}

describe("predictionCounter", () => {
  let store: ObjectStore;
  let files = 0;

  const log = async (
    records: readonly PredictionRecord[],
    inputs: PredictionMessage["inputs"] = INPUTS,
  ) => {
    const time = records[0]?.time ?? "";
    const name = `f${files++}`;
    const key = storageKeys.predictions("shop", time.slice(0, 10), time.slice(11, 13), name);
    await store.put(key, predictionsParquet({ inputs, records }));
  };

  /** A baseline of few bins: age up to 1, to 2, above; Ulm, Bonn. */
  const small = baseline({
    features: {
      age: profileNumbers([1, 2, 3]),
      town: categories({ Ulm: 3, Bonn: 2 }),
    },
    score: profileNumbers([0.25, 0.5, 0.75]),
  });
  const count = (parts = {}) =>
    predictionCounter(store, { threads: 1 })({
      model: "shop",
      version: 2,
      window,
      baseline: small,
      ...parts,
    });

  beforeEach(() => {
    store = fileObjectStore(temporaryFolder());
  });

  it("counts features and score in the baseline's bins, missing ones too", async () => {
    await log([
      record("a", { features: { age: 1, town: "Ulm" }, score: 0.25 }),
      record("b", { features: { age: 1.5, town: "Bonn" }, score: 0.3 }),
      record("c", { features: { age: 9, town: "O'Fallon" }, score: 0.9 }),
      record("d", { features: { age: null, town: null }, score: 0.5 }),
    ]);

    expect(await count()).toEqual({
      predictions: 4,
      features: { age: [1, 1, 1, 1], town: [1, 1, 1, 1] },
      score: [1, 2, 1, 0],
    });
  });

  it("counts a prediction once that was delivered twice", async () => {
    await log([record("a"), record("b")]);
    await log([record("b"), record("c")]);

    expect((await count()).predictions).toBe(3);
  });

  it("counts the version that is asked for, and no other", async () => {
    await log([record("a"), record("b", { version: 1 }), record("c", { version: 3 })]);

    expect((await count()).predictions).toBe(1);
    expect((await count({ version: 4 })).predictions).toBe(0);
  });

  it("counts from the window's first instant up to its last, within an hour's file too", async () => {
    await log([
      record("too early", { time: "2026-01-01T10:29:59.999Z" }),
      record("first", { time: "2026-01-01T10:30:00.000Z" }),
    ]);
    await log([
      record("last", { time: "2026-01-02T10:29:59.999Z" }),
      record("too late", { time: "2026-01-02T10:30:00.000Z" }),
    ]);

    expect((await count()).predictions).toBe(2);
  });

  it("asks for no file of another hour, day or model", async () => {
    await log([record("a")]);
    const damaged = Uint8Array.of(1, 2, 3);
    for (const key of [
      storageKeys.predictions("shop", "2026-01-01", "09", "x"),
      storageKeys.predictions("shop", "2026-01-02", "11", "x"),
      storageKeys.predictions("shop-two", "2026-01-01", "12", "x"),
    ]) {
      await store.put(key, damaged);
    }

    expect((await count()).predictions).toBe(1);
  });

  it("reads columns from the files, not from names of folders", async () => {
    const root = join(temporaryFolder(), "version=9");
    store = fileObjectStore(root);
    await log([record("a")]);

    expect((await count()).predictions).toBe(1);
  });

  it("takes a column that a file lacks as missing", async () => {
    await log([record("a", { features: { age: 1 } })], { age: "number" });
    await log([record("b", { features: { age: 1, town: "Ulm" } })]);

    expect((await count()).features.town).toEqual([1, 0, 0, 1]);
  });

  it("takes a column that no file has as missing", async () => {
    await log([record("a", { features: {} })], {});

    const { features } = await count();

    expect(features).toEqual({ age: [0, 0, 0, 1], town: [0, 0, 0, 1] });
  });

  it("gives zeros without traffic", async () => {
    expect(await count()).toEqual({
      predictions: 0,
      features: { age: [0, 0, 0, 0], town: [0, 0, 0, 0] },
      score: [0, 0, 0, 0],
    });
  });

  it("fails on a file that is damaged", async () => {
    await store.put(storageKeys.predictions("shop", "2026-01-01", "12", "x"), "PAR1 no more");

    await expect(count()).rejects.toThrow(IntegrityError);
  });

  it("bins numbers as countIntoBins does, to the last bit of an edge", async () => {
    const values = fc.sample(fc.float({ noNaN: true, noDefaultInfinity: true }), {
      numRuns: 300,
      seed: 5,
    });
    const profile = profileNumbers(values);
    const nudged = values.flatMap((value) => [value, value * (1 + 2 ** -52), value / 3]);
    await log(nudged.map((age, i) => record(`p${i}`, { features: { age, town: "Ulm" } })));

    const { features } = await count({
      baseline: { ...small, features: { age: profile } },
    });

    const { counts, missing } = countIntoBins(profile.edges, nudged);
    expect(features.age).toEqual([...counts, missing]);
  });
});
