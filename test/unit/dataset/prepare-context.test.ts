import { describe, expect, it } from "vitest";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import type { FrameColumn } from "../../../core/training/training-frame.ts";
import { storedDatasets } from "../../../engine/evaluation/stored-datasets.ts";
import { sql } from "./dataset-home.ts";
import { columnsOf, OFFERS, offersDefinition, preparedOffers } from "./shop-rows.ts";

const band = {
  type: "category",
  from: ["price"],
  input: false,
  compute: ({ price }: { price: number | null }) => ((price ?? 0) < 50 ? "cheap" : "dear"),
} as const satisfies NonNullable<ModelDefinition["rowFeatures"]>[string];

const valueAt = (column: FrameColumn | undefined, row: number) =>
  column?.kind === "category"
    ? (column.dictionary[column.codes[row] ?? -1] ?? null)
    : column?.values[row];

describe("context columns", () => {
  it("are stored beside the inputs and loaded as context, row by row", async () => {
    const { home, datasetDigest, manifest, split } = await preparedOffers({
      rowFeatures: { band },
      evaluation: { slices: ["shown", "colour"], protectedGroups: ["region"] },
    });

    expect(await columnsOf(home, datasetDigest)).toEqual([
      ["colour", "VARCHAR"],
      ["price", "FLOAT"],
      ["band", "VARCHAR"],
      ["region", "VARCHAR"],
      ["shown", "FLOAT"],
      ["clicked", "UTINYINT"],
    ]);
    expect(manifest.context).toEqual([
      { name: "band", kind: "category" },
      { name: "region", kind: "category" },
      { name: "shown", kind: "number" },
    ]);
    const frame = await split("test");
    const rows = Array.from({ length: frame.rows }, (_, row) =>
      [...frame.columns, ...(frame.context ?? [])].map((column) => valueAt(column, row)).join(),
    );
    const of = `SELECT colour, price, CASE WHEN price < 50 THEN 'cheap' ELSE 'dear' END, region, shown FROM (${OFFERS})`;
    const known = new Set((await sql(of)).map((row) => row.join()));
    expect(frame.columns.map(({ name }) => name)).toEqual(["colour", "price"]);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => !known.has(row))).toEqual([]);
  });

  it("are stored once if the model reads them too", async () => {
    const { home, datasetDigest, manifest, split } = await preparedOffers({
      evaluation: { slices: ["colour"], protectedGroups: ["colour"] },
    });

    expect(await columnsOf(home, datasetDigest)).toHaveLength(3);
    expect(manifest.context).toBeUndefined();
    expect(await split("train")).not.toHaveProperty("context");
    // What no row has changes no dataset.
    expect(datasetDigest).toBe((await preparedOffers({})).datasetDigest);
  });

  it("may be missing, and are loaded only if asked for", async () => {
    const { split } = await preparedOffers(
      { evaluation: { slices: ["region", "shown"] } },
      `SELECT * REPLACE (CASE WHEN price > 40 THEN NULL ELSE region END AS region, NULL AS shown) FROM (${OFFERS})`,
    );

    const frame = await split("train", ["region"]);

    expect(frame.context?.map(({ name }) => name)).toEqual(["region"]);
    const [region] = frame.context ?? [];
    if (region?.kind !== "category") throw new Error("region is a category");
    expect(region.codes).toContain(-1);
    expect(await split("train", [])).not.toHaveProperty("context");
    await expect(split("train", ["colour"])).rejects.toThrow(
      /has no context column colour; it has region, shown/,
    );
  });

  it("are none in a dataset without them", async () => {
    const { split } = await preparedOffers({});

    await expect(split("train", ["region"])).rejects.toThrow(/it has none/);
  });

  it("decide the dataset but not the split of a row", async () => {
    const evaluation = { slices: ["region"] };
    const one = await preparedOffers({ evaluation });
    const other = await preparedOffers(
      { evaluation },
      `SELECT * REPLACE (upper(region) AS region) FROM (${OFFERS})`,
    );

    expect(other.datasetDigest).not.toBe(one.datasetDigest);
    expect(other.rows).toEqual(one.rows);
  });

  it("break a row where the row feature fails", async () => {
    const failing = {
      ...band,
      compute: ({ price }: { price: number | null }) => {
        if (price === 1) throw new Error("no band for 1");
        return "any";
      },
    };

    const { home, rows } = await preparedOffers({ rowFeatures: { band: failing } });

    // 31 i mod 97 is 1 for every 97th of 600 rows.
    expect(rows.quarantined).toBe(6);
    expect(await home.quarantine("SELECT DISTINCT __reason FROM quarantine")).toEqual([
      ["band: threw Error: no band for 1"],
    ]);
  });

  it("stay as they are in files that are staged one by one", async () => {
    const { home, datasetDigest } = await preparedOffers({
      rowFeatures: { band },
      evaluation: { slices: ["region"] },
    });
    const loaded = offersDefinition({ rowFeatures: { band }, evaluation: { slices: ["region"] } });

    const staged = await home.prepareStaged(loaded, { runId: "run-2" });

    expect(staged).toMatchObject({ datasetDigest, reused: true });
    const open = storedDatasets(home.store, { threads: 1 });
    expect((await (await open("flight-delay", datasetDigest)).split("test")).context).toHaveLength(
      2,
    );
  });
});
