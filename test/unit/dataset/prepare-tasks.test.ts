import { describe, expect, it } from "vitest";
import { labelSummary } from "../../../core/dataset/label-summary.ts";
import { SPLIT_NAMES } from "../../../core/dataset/manifest.ts";
import { datasetHome, sql } from "./dataset-home.ts";
import {
  byTime,
  columnsOf,
  OFFERS,
  offersDefinition,
  preparedOffers,
  targets,
  timed,
} from "./shop-rows.ts";

describe("a multiclass dataset", () => {
  it("has the place of each row's class among target.classes", async () => {
    const { home, datasetDigest, manifest, split, rows } = await preparedOffers({
      target: targets.multiclass,
    });

    expect(rows).toMatchObject({ read: 600, quarantined: 0, outside: 0 });
    expect(await columnsOf(home, datasetDigest)).toEqual([
      ["colour", "VARCHAR"],
      ["price", "FLOAT"],
      ["grade", "UTINYINT"],
    ]);
    expect(manifest.task).toBe("multiclass");
    const counts = { poor: 0, fair: 0, good: 0 };
    for (const name of SPLIT_NAMES) {
      const { labels } = await split(name);
      expect(labels).toBeInstanceOf(Uint8Array);
      const summary = labelSummary(manifest.splits[name]);
      if (summary.type !== "multiclass") throw new Error(summary.type);
      expect(summary.counts).toEqual(
        targets.multiclass.classes.map((word, i) => [
          word,
          [...labels].filter((label) => label === i).length,
        ]),
      );
      for (const [word, count] of summary.counts) counts[word as "poor"] += count;
    }
    const found = await sql(`SELECT grade, count(*)::INTEGER FROM (${OFFERS}) GROUP BY 1`);
    expect(counts).toEqual(Object.fromEntries(found));
  });

  it("quarantines a row whose class is unknown or missing", async () => {
    const odd = `SELECT * REPLACE (CASE WHEN price = 1 THEN 'awful' WHEN price = 2 THEN NULL WHEN price = 3 THEN 'Good' ELSE grade END AS grade) FROM (${OFFERS})`;
    const { home, rows } = await preparedOffers({ target: targets.multiclass }, odd);

    const reasons = "SELECT DISTINCT coalesce(grade, '-'), __reason FROM quarantine ORDER BY 1";
    expect(await home.quarantine(reasons)).toEqual([
      ["-", "grade: not computable as one of target.classes"],
      ["Good", "grade: not one of target.classes"],
      ["awful", "grade: not one of target.classes"],
    ]);
    expect(rows.quarantined).toBe(
      Number((await sql(`SELECT count(*) FROM (${OFFERS}) WHERE price IN (1, 2, 3)`))[0]?.[0]),
    );
  });

  it("takes 256 classes", async () => {
    const classes = Array.from({ length: 256 }, (_, i) => `c${255 - i}`);
    const many = `SELECT * REPLACE ('c' || (row_number() OVER () % 256) AS grade) FROM (${OFFERS}), range(20)`;
    const { split } = await preparedOffers({ target: { ...targets.multiclass, classes } }, many);

    const { labels } = await split("train");

    expect(new Set(labels).size).toBe(256);
  });

  it("fails where the training split lacks a class", async () => {
    const classes = [...targets.multiclass.classes, "excellent"];

    const failed = preparedOffers({ target: { ...targets.multiclass, classes } });

    await expect(failed).rejects.toThrow(/no row of the train split is of class excellent/);
  });
});

describe("a regression dataset", () => {
  it("has every label as it is", async () => {
    const { home, datasetDigest, manifest, split } = await preparedOffers({
      target: targets.regression,
    });

    expect(await columnsOf(home, datasetDigest)).toContainEqual(["amount", "DOUBLE"]);
    const labels: number[] = [];
    for (const name of SPLIT_NAMES) {
      const frame = await split(name);
      expect(frame.labels).toBeInstanceOf(Float64Array);
      labels.push(...frame.labels);
      const { min, max } = labelSummary(manifest.splits[name]) as { min: number; max: number };
      expect([min, max]).toEqual([Math.min(...frame.labels), Math.max(...frame.labels)]);
    }
    const expected = (await sql(`SELECT amount FROM (${OFFERS}) ORDER BY 1`)).flat();
    expect(labels.sort((a, b) => a - b)).toEqual(expected);
  });

  it("quarantines a label that is missing, not finite or beyond what a model answers", async () => {
    const odd = `SELECT * REPLACE (CASE price WHEN 1 THEN NULL WHEN 2 THEN 0 WHEN 3 THEN 7 ELSE amount END AS amount) FROM (${OFFERS})`;
    const expression =
      "CASE amount WHEN 0 THEN 'NaN'::DOUBLE WHEN 7 THEN '-inf'::DOUBLE WHEN 1 THEN 1e39 ELSE amount END";
    const { home, split } = await preparedOffers(
      { target: { ...targets.regression, expression } },
      odd,
    );

    const reasons = "SELECT DISTINCT amount, __reason FROM quarantine ORDER BY 1 NULLS FIRST";
    expect(await home.quarantine(reasons)).toEqual([
      [null, "amount: not computable as a number"],
      [0, "amount: not finite"],
      [1, "amount: beyond 32-bit floats"],
      [7, "amount: not finite"],
    ]);
    expect((await split("train")).labels.every(Number.isFinite)).toBe(true);
  });

  it("fails where every label is the same", async () => {
    const target = { ...targets.regression, expression: "amount * 0 + 2.5" };

    await expect(preparedOffers({ target })).rejects.toThrow(/train split have the value 2.5/);
  });

  it("does not depend on the quantiles that are predicted", async () => {
    const plain = await preparedOffers({ target: targets.regression });
    const quantiles = offersDefinition({
      target: { ...targets.regression, quantiles: [0.1, 0.9] },
    });

    const again = await plain.home.prepare(quantiles, { runId: "run-2" });

    expect(again).toMatchObject({ datasetDigest: plain.datasetDigest, reused: true });
  });
});

describe("files that are staged one by one", () => {
  it.each([
    ["multiclass", { target: targets.multiclass }],
    ["regression", { target: targets.regression }],
  ])("give the same dataset: %s with weights and context", async (_task, parts) => {
    const home = await datasetHome();
    await home.source(`SELECT * FROM (${OFFERS}) WHERE price > 40`, "a.parquet");
    await home.source(`SELECT * FROM (${OFFERS}) WHERE price <= 40`, "b.parquet");
    const loaded = offersDefinition({
      ...parts,
      source: timed("a.parquet", "b.parquet"),
      split: byTime,
      weight: { from: ["shown"], expression: "shown" },
      evaluation: { slices: ["region"] },
    });

    const staged = await home.prepareStaged(loaded);
    const direct = await home.prepare(loaded, { runId: "run-2" });

    expect(direct).toMatchObject({ ...staged, reused: true, quality: {} });
  });
});
