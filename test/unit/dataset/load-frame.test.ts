import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { DatasetManifest, SplitName } from "../../../core/dataset/manifest.ts";
import { IntegrityError, NotFoundError } from "../../../core/errors.ts";
import type { LabelledFrame } from "../../../core/training/training-frame.ts";
import { loadSplit } from "../../../engine/dataset/load-frame.ts";
import { datasetHome, definitionWith, FLIGHTS, fieldsWith } from "./dataset-home.ts";

/** Flights with missing values and names from all over Unicode. */
const WORLD = FLIGHTS.replace(
  "['ORD', 'LAX', 'JFK', 'ATL'][i % 4 + 1]",
  "['ZÜR', '北京', '🛫', NULL, chr(65533), 'a''b\"c,d', 'much longer than twelve bytes'][i % 7 + 1]",
).replace(
  "(100 + i * 31 % 900)::BIGINT",
  "CASE WHEN i % 5 = 0 THEN NULL WHEN i % 5 = 1 THEN 0.1 ELSE i END",
);

const optional = definitionWith({
  fields: fieldsWith({
    origin: { required: false, maxLength: 40 },
    distance: { required: false },
  }),
});

async function world() {
  const home = await datasetHome();
  await home.source(WORLD);
  const { datasetDigest } = await home.prepare(optional);
  return { home, store: home.store, manifest: await home.manifest(datasetDigest) };
}

const partOf = ({ splits }: DatasetManifest, split: SplitName) =>
  splits[split].parts[0]?.name ?? "";

const columnOf = (frame: LabelledFrame, name: string) => {
  const column = frame.columns.find((one) => one.name === name);
  if (!column) throw new Error(`no column ${name}`);
  return column;
};

describe("loadSplit", () => {
  it("gives every value of the split in the dataset's order", async () => {
    const { home, store, manifest } = await world();

    const frame = await loadSplit({ store, manifest, split: "train" });

    const expected = await home.rows(
      manifest.digest,
      "SELECT destination, distance, origin, hour, weekday, late FROM dataset",
      "train",
    );
    const found = Array.from({ length: frame.rows }, (_, row) => [
      ...frame.columns.map((column) => {
        if (column.kind === "category") return column.dictionary[column.codes[row] ?? -1] ?? null;
        const value = column.values[row] as number;
        return Number.isNaN(value) ? null : value;
      }),
      frame.labels[row],
    ]);
    expect(found).toEqual(expected);
    expect(frame.rows).toBe(manifest.splits.train.rows);
  });

  it("has dictionaries in code-unit order and -1 and NaN for missing", async () => {
    const { store, manifest } = await world();

    const frame = await loadSplit({ store, manifest, split: "test", threads: 1 });

    const origin = columnOf(frame, "origin");
    const distance = columnOf(frame, "distance");
    if (origin.kind !== "category" || distance.kind !== "number") throw new Error("kinds");
    // By bytes of UTF-8 the surrogate pair of 🛫 would stand behind U+FFFD.
    expect(origin.dictionary).toEqual([
      "ZÜR",
      "a'b\"c,d",
      "much longer than twelve bytes",
      "北京",
      "🛫",
      "\uFFFD",
    ]);
    expect(origin.codes).toContain(-1);
    expect(distance.values.some(Number.isNaN)).toBe(true);
    expect(distance.values).toContain(Math.fround(0.1));
  });

  it("loads a column in which everything is missing", async () => {
    const home = await datasetHome();
    await home.source(`SELECT * REPLACE (NULL::VARCHAR AS origin) FROM (${FLIGHTS})`);
    const { datasetDigest } = await home.prepare(optional);

    const frame = await loadSplit({
      store: home.store,
      manifest: await home.manifest(datasetDigest),
      split: "train",
    });

    expect(columnOf(frame, "origin")).toMatchObject({ dictionary: [] });
  });

  it("fails if a part is gone", async () => {
    const { home, store, manifest } = await world();
    const part = partOf(manifest, "train");
    await home.store.remove([`datasets/flight-delay/${manifest.digest}/${part}`]);

    await expect(loadSplit({ store, manifest, split: "train" })).rejects.toThrow(NotFoundError);
  });

  it("fails if a part is another good file, or has one byte changed", async () => {
    const { store, manifest } = await world();
    const pathOf = (split: "train" | "test") =>
      store.localPath(`datasets/flight-delay/${manifest.digest}/${partOf(manifest, split)}`);
    const part = await pathOf("train");
    const changed = await readFile(part);
    changed[100] = (changed[100] ?? 0) ^ 1;

    for (const wrong of [await readFile(await pathOf("test")), changed]) {
      await writeFile(part, wrong);

      const loading = loadSplit({ store, manifest, split: "train" });

      await expect(loading).rejects.toThrow(IntegrityError);
      await expect(loading).rejects.toThrow(/train\/part-00000.*its manifest says/);
    }
  });

  it("fails if the parts have not the rows of the manifest", async () => {
    const { store, manifest } = await world();
    for (const rows of [manifest.splits.train.rows - 1, manifest.splits.train.rows + 1]) {
      const train = { ...manifest.splits.train, rows };
      const wrong = { ...manifest, splits: { ...manifest.splits, train } };

      await expect(loadSplit({ store, manifest: wrong, split: "train" })).rejects.toThrow(
        IntegrityError,
      );
    }
  });
});
