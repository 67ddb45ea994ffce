import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  type DatasetHome,
  datasetHome,
  definitionWith,
  FLIGHTS,
  fieldsWith,
  parquetSource,
} from "./dataset-home.ts";

async function homeWith(query = FLIGHTS): Promise<DatasetHome> {
  const home = await datasetHome();
  await home.source(query);
  return home;
}

const digestOf = async (query: string) => (await (await homeWith(query)).prepare()).datasetDigest;

describe("the digest of a dataset", () => {
  it("is what it was when there were binary targets only, so that old datasets are found", async () => {
    const home = await homeWith();
    const byHash = definitionWith({
      split: { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } },
    });

    expect((await home.prepare()).datasetDigest).toBe(
      "75fa3caa8f063cc925e0454cb18faf460a6652f0237153a08e53c14926196b50",
    );
    expect((await home.prepare(byHash, { runId: "run-2" })).datasetDigest).toBe(
      "44b59a0c96267e66fd9e151f2c98d7f3c71619805d879d8277701c2d121dd3ff",
    );
  });

  it("does not depend on order, files, column order, threads or memory of the source", async () => {
    const expected = await digestOf(FLIGHTS);

    expect(await digestOf(`SELECT * FROM (${FLIGHTS}) ORDER BY hash(date)`)).toBe(expected);
    expect(
      await digestOf(
        `SELECT origin, date, destination, delay, distance, 1 AS more FROM (${FLIGHTS})`,
      ),
    ).toBe(expected);

    const home = await datasetHome();
    await home.source(`SELECT * FROM (${FLIGHTS}) WHERE origin > 'K'`, "a.parquet");
    await home.source(`SELECT * FROM (${FLIGHTS}) WHERE origin <= 'K' ORDER BY delay`, "b.parquet");
    const split = definitionWith({ source: parquetSource("a.parquet", "b.parquet") });
    const options = { threads: 1, memoryLimit: "300MB" };
    expect((await home.prepare(split, options)).datasetDigest).toBe(expected);
  });

  it("does not depend on the sign of zero, on NaN or NULL, or on the numeric type", async () => {
    const distance = (sql: string) =>
      `SELECT * REPLACE (CASE WHEN distance % 50 = 0 THEN ${sql} ELSE distance END AS distance) FROM (${FLIGHTS})`;
    const optional = definitionWith({
      fields: fieldsWith({ distance: { required: false } }),
      // The place of a row is made of its values, so it must not see the sign either.
      split: { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } },
    });
    const digest = async (query: string) =>
      (await (await homeWith(query)).prepare(optional)).datasetDigest;

    expect(await digest(distance("0"))).toBe(await digest(distance("'-0'::DOUBLE")));
    expect(await digest(distance("NULL"))).toBe(await digest(distance("'NaN'::DOUBLE")));
    expect(await digest(distance("NULL"))).not.toBe(await digest(distance("0")));
  });

  it("does not depend on words, candidates, gates and schedules of the definition", async () => {
    const home = await homeWith();
    const { datasetDigest } = await home.prepare();

    const other = definitionWith({
      description: "another one",
      owner: "somebody else",
      fields: fieldsWith({ distance: { description: "far" } }),
      candidates: [{ name: "other", family: "logistic-regression", parameters: {} }],
      gates: { maxQuarantineShare: 0.5 },
      schedules: {},
      seed: 7,
    });

    expect(await home.prepare(other)).toMatchObject({ datasetDigest, reused: true });
  });

  it.each([
    [
      "one value of one row",
      `SELECT * REPLACE (CASE WHEN date = '2001-04-01 00:30:00' THEN 101.5 ELSE distance END AS distance) FROM (${FLIGHTS})`,
    ],
    [
      "one time by a microsecond",
      `SELECT * REPLACE (CASE WHEN date = '2001-04-01 00:30:00' THEN date + INTERVAL 1 MICROSECOND ELSE date END AS date) FROM (${FLIGHTS})`,
    ],
    ["one more row", `${FLIGHTS} UNION ALL FROM (${FLIGHTS} LIMIT 1)`],
    [
      "a label",
      `SELECT * REPLACE (CASE WHEN date = '2001-04-01 00:30:00' THEN 100 ELSE delay END AS delay) FROM (${FLIGHTS})`,
    ],
  ])("depends on %s", async (_what, query) => {
    expect(await digestOf(query)).not.toBe(await digestOf(FLIGHTS));
  });

  it("depends on what shapes the rows: rules, target, split", async () => {
    const home = await homeWith();
    const { datasetDigest } = await home.prepare();
    const others = [
      definitionWith({ fields: fieldsWith({ distance: { max: 9_999 } }) }),
      definitionWith({
        target: { name: "late", type: "binary", from: ["delay"], expression: "delay > 16" },
      }),
      definitionWith({
        split: {
          by: "time",
          validationFrom: "2001-05-01T00:00:00Z",
          testFrom: "2001-06-01T00:00:00Z",
        },
      }),
    ];

    for (const [i, other] of others.entries()) {
      const prepared = await home.prepare(other, { runId: `run-${i}` });
      expect(prepared.datasetDigest).not.toBe(datasetDigest);
    }
  });
});

describe("storing a dataset", () => {
  it("writes the same bytes everywhere: parts, baseline and manifest", async () => {
    const one = await homeWith(FLIGHTS);
    const other = await homeWith(`SELECT * FROM (${FLIGHTS}) ORDER BY hash(date)`);

    await one.prepare(definitionWith(), { threads: 1 });
    await other.prepare(definitionWith(), { threads: 4, memoryLimit: "200MB" });

    const keys = await one.keys("datasets/");
    expect(await other.keys("datasets/")).toEqual(keys);
    // Three parts, baseline, statistics, lineage and manifest.
    expect(keys).toHaveLength(7);
    for (const key of keys.filter((name) => !name.endsWith("/lineage.json")))
      expect(await other.store.get(key)).toEqual(await one.store.get(key));
  });

  it("reuses what is complete", async () => {
    const home = await homeWith();

    const first = await home.prepare();
    const again = await home.prepare(definitionWith(), { runId: "run-2" });

    expect(again).toMatchObject({ ...first, reused: true, quality: {} });
  });

  it("completes what an interrupted run began, by other bytes too", async () => {
    const home = await homeWith();
    const { datasetDigest } = await home.prepare();
    const dataset = `datasets/flight-delay/${datasetDigest}`;
    await home.store.remove([
      `${dataset}/manifest.json`,
      (await home.keys(`${dataset}/test/`))[0] ?? "",
    ]);
    await home.store.put(`${dataset}/train/part-00000-0123456789ab.parquet`, "older bytes");

    const again = await home.prepare();

    expect(again).toMatchObject({ datasetDigest, reused: false });
    expect(await home.rows(datasetDigest, "SELECT count(*)::INTEGER FROM dataset")).toEqual([
      [2_184],
    ]);
  });

  it("leaves no file behind on this machine, also when it fails", async () => {
    const home = await homeWith(`SELECT * REPLACE (0 AS delay) FROM (${FLIGHTS})`);
    const before = await readdir(home.root);

    const failed = home.prepare(definitionWith(), { workDirectory: home.root });

    await expect(failed).rejects.toThrow(/class 0/);
    expect(await readdir(home.root)).toEqual(before);
  });
});
