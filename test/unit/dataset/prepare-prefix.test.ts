import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { isSourceObject, planShards } from "../../../core/dataset/source-plan.ts";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { parseDefinition } from "../../../core/definition/parse-definition.ts";
import { planSources } from "../../../engine/dataset/plan-sources.ts";
import { datasetHome, definitionWith, FLIGHTS, parquetSource } from "./dataset-home.ts";

const below = (prefix: string, files: string[] = []): ModelDefinition["source"] => ({
  format: "parquet",
  files: files.map((name) => ({ name })),
  prefix,
  eventTime: "date",
});
const digestOf = ({ datasetDigest }: { readonly datasetDigest: string }) => datasetDigest;
const json = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));

/** The flights in so many objects below a prefix, and what lies beside data. */
async function manyObjects(objects: number) {
  const home = await datasetHome();
  for (let i = 0; i < objects; i++) {
    const rows = `SELECT * EXCLUDE (n) FROM (SELECT *, row_number() OVER () AS n FROM (${FLIGHTS})) WHERE n % ${objects} = ${i}`;
    await home.source(rows, `daily/${String(i).padStart(4, "0")}/part.parquet`);
  }
  await home.sourceText("", "daily/_SUCCESS");
  return home;
}

describe("a source of all objects below a prefix", () => {
  it("makes the dataset that one file makes, in one function and in shards", async () => {
    const whole = await datasetHome();
    await whole.source(FLIGHTS, "whole.parquet");
    const loaded = definitionWith({ source: below("daily/") });
    const home = await manyObjects(40);

    const alone = await home.prepare(loaded);
    const joined = await home.prepareStaged(loaded, { runId: "run-2" });

    const one = await whole.prepare(definitionWith({ source: parquetSource("whole.parquet") }));
    expect(alone.rows.read).toBe(2_400);
    expect(digestOf(alone)).toBe(digestOf(one));
    expect(digestOf(joined)).toBe(digestOf(one));
    expect((await home.keys("staged/flight-delay/run-2/")).length).toBe(6);
    const lineage = json(await home.store.get("runs/flight-delay/run-2/lineage.json"));
    const first = json(await home.store.get("runs/flight-delay/run-1/lineage.json"));
    expect(lineage).toEqual({ ...first, runId: "run-2" });
    expect(lineage.datasetDigest).toBe(digestOf(one));
    expect(lineage.objects).toHaveLength(40);
    expect(lineage.objects[3]).toEqual({
      key: "sources/flight-delay/daily/0003/part.parquet",
      sizeBytes: expect.any(Number),
      etag: expect.stringMatching(/^[0-9a-f]{64}$/),
      rows: 60,
      quarantined: 0,
    });
    const ofDataset = await home.store.get(`datasets/flight-delay/${digestOf(one)}/lineage.json`);
    expect(json(ofDataset)).toEqual(first);
  });

  it("is read with the files beside it, each object once", async () => {
    const home = await manyObjects(2);
    await home.source(FLIGHTS, "more.parquet");
    const source = below("daily/", ["more.parquet", "daily/0001/part.parquet"]);
    const { definition } = definitionWith({ source });

    const plan = await planSources({ store: home.store, definition, runId: "run-1" });

    expect(plan.objects.map(({ name }) => name)).toEqual([
      "more.parquet",
      "daily/0001/part.parquet",
      "daily/0000/part.parquet",
    ]);
  });

  it("is what it was when the run began: later objects are for the next run", async () => {
    const home = await manyObjects(2);
    const loaded = definitionWith({ source: below("daily/") });
    await planSources({ store: home.store, definition: loaded.definition, runId: "run-1" });
    await home.source(FLIGHTS, "daily/late.parquet");

    expect((await home.prepare(loaded)).rows.read).toBe(2_400);
    expect((await home.prepare(loaded, { runId: "run-2" })).rows.read).toBe(4_800);
  });

  it("fails where nothing lies below it, and names the folder", async () => {
    const home = await datasetHome();
    await home.sourceText("", "daily/_SUCCESS");

    await expect(home.prepare(definitionWith({ source: below("daily/") }))).rejects.toThrow(
      "nothing lies below source prefix daily/ of model flight-delay; store its files under sources/flight-delay/daily/",
    );
  });

  it("fails where an object was replaced, or removed, since the run began", async () => {
    const home = await manyObjects(2);
    const loaded = definitionWith({ source: below("daily/") });
    const { definition } = loaded;
    await planSources({ store: home.store, definition, runId: "run-1" });
    const path = join(home.root, "store/sources/flight-delay/daily/0001/part.parquet");
    const bytes = await readFile(path);

    await writeFile(path, bytes.subarray(0, -1));
    await expect(home.prepare(loaded)).rejects.toThrow(/0001\/part.parquet.*was replaced since/);

    await home.store.remove(["sources/flight-delay/daily/0001/part.parquet"]);
    await expect(home.prepare(loaded)).rejects.toMatchObject({
      name: "DataContractError",
      message: expect.stringMatching(/0001\/part.parquet.*was removed since the run began; start/),
    });
  });

  it("names every file of the definition that is missing", async () => {
    const home = await datasetHome();
    const { definition } = definitionWith({ source: parquetSource("a.parquet", "b.parquet") });

    await expect(planSources({ store: home.store, definition, runId: "run-1" })).rejects.toThrow(
      /file a.parquet .* is missing; store it under .*; 1 more are missing: b.parquet/,
    );
  });
});

describe("a definition's prefix", () => {
  let model: ModelDefinition;
  beforeAll(async () => {
    ({ model } = await import("../../../models/flight-delay/model.ts"));
  });

  it.each(["daily", "/daily/", "../up/", "a//b/", ""])("is refused: %j", (prefix) => {
    expect(() => parseDefinition({ ...model, source: below(prefix) })).toThrow(/prefix/);
  });

  it("is needed where no file is named", () => {
    const source = { ...parquetSource(), files: [] };

    expect(() => parseDefinition({ ...model, source })).toThrow(/must name a file, or prefix/);
  });
});

describe("planShards", () => {
  const MB = 1024 ** 2;

  it("gives 1,000 small objects to some tens of shards, in their order", () => {
    const shards = planShards(Array.from({ length: 1_000 }, () => ({ sizeBytes: 5_000 })));

    expect(shards).toHaveLength(32);
    expect(shards[1]).toEqual({ first: 32, objects: 32, sizeBytes: 160_000 });
    expect(shards.at(-1)).toEqual({ first: 992, objects: 8, sizeBytes: 40_000 });
  });

  it("fills a shard by bytes, and leaves a large object alone", () => {
    const sizes = [100 * MB, 28 * MB, 1, 900 * MB, 1];

    expect(planShards(sizes.map((sizeBytes) => ({ sizeBytes })))).toEqual([
      { first: 0, objects: 2, sizeBytes: 128 * MB },
      { first: 2, objects: 1, sizeBytes: 1 },
      { first: 3, objects: 1, sizeBytes: 900 * MB },
      { first: 4, objects: 1, sizeBytes: 1 },
    ]);
  });
});

describe("isSourceObject", () => {
  it.each([
    ["sources/m/a/b.csv", true],
    ["sources/m/_day=1/b.csv", true],
    ["sources/m/a/", false],
    ["sources/m/a/_SUCCESS", false],
    ["sources/m/a/.DS_Store", false],
  ])("%s: %s", (key, is) => {
    expect(isSourceObject(key)).toBe(is);
  });
});
