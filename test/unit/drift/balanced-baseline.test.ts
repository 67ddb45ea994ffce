import { describe, expect, it } from "vitest";
import type { DatasetBaseline } from "../../../core/dataset/baseline.ts";
import { profileNumbers } from "../../../core/dataset/profile.ts";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { driftBins } from "../../../core/drift/drift-bins.ts";
import { driftedNames, driftReport } from "../../../core/drift/drift-report.ts";
import type { QualityReport } from "../../../core/quality/quality-report.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { datasetPreparer } from "../../../engine/dataset/prepare-dataset.ts";
import { binCount, binSql } from "../../../engine/drift/bin-sql.ts";
import {
  type DatasetHome,
  datasetHome,
  definitionWith,
  FLIGHTS,
  fieldsWith,
  sql,
} from "../dataset/dataset-home.ts";

/** One flight of twelve is very late; those are long, and most of them leave from one airport. */
const LIVE = `SELECT date, delay, CASE WHEN delay > 25 THEN distance + 700 WHEN distance < 200 THEN NULL ELSE distance END AS distance,
    CASE WHEN delay > 25 AND distance % 3 > 0 THEN 'ATL' ELSE origin END AS origin,
    CASE WHEN distance % 7 > 0 THEN destination END AS destination
  FROM (${FLIGHTS.replace("2400", "12000")})`;

const balance = { perRarest: 1 };
const rules = { like_before: { check: "distribution" } } as const;

const definition = (changes: Partial<ModelDefinition>) =>
  definitionWith({
    rowFeatures: {},
    fields: fieldsWith({
      ...{ date: { role: "ignored" }, distance: { required: false } },
      destination: { required: false },
    }),
    target: { name: "late", type: "binary", from: ["delay"], expression: "delay > 25" },
    split: { by: "hash", shares: { train: 0.6, validation: 0.2, test: 0.2 } },
    ...changes,
  });

async function prepared(
  home: DatasetHome,
  runId: string,
  changes: Partial<ModelDefinition>,
  last?: { readonly datasetDigest: string; readonly runId: string },
) {
  const output = await datasetPreparer({ threads: 2 })({
    ...{ store: home.store, loaded: definition(changes), runId },
    ...(last && { last }),
  });
  const stored = await home.store.get(storageKeys.quality("flight-delay", runId));
  const report = JSON.parse(new TextDecoder().decode(stored)) as QualityReport;
  const baseline = await home.baseline(output.datasetDigest);
  return { output, report, baseline, last: { datasetDigest: output.datasetDigest, runId } };
}

/** The columns in which all flights, as they are, have drifted from a baseline. */
async function driftOf(baseline: DatasetBaseline) {
  const features: Record<string, readonly number[]> = {};
  for (const [name, profile] of Object.entries(baseline.features)) {
    const bins = driftBins(profile);
    const counts = new Array<number>(binCount(bins)).fill(0);
    for (const [bin, count] of await sql(
      `SELECT ${binSql(bins, name)}, count(*) FROM (${LIVE}) GROUP BY 1`,
    )) {
      counts[Number(bin)] = Number(count);
    }
    features[name] = counts;
  }
  const report = driftReport(
    {
      ...{ model: "m", createdAt: "2001-07-01T00:00:00Z", minPredictions: 1, maxPsi: 0.1 },
      window: { from: "2001-04-01T00:00:00Z", until: "2001-07-01T00:00:00Z" },
    },
    1,
    { ...baseline, score: profileNumbers([1, 1]) },
    { predictions: 12_000, features, score: [12_000, 0] },
  );
  return { names: driftedNames(report), worst: report.columns[0]?.psi ?? Number.NaN };
}

describe("the baseline of a training split that is balanced or sampled", async () => {
  const home = await datasetHome();
  await home.source(LIVE);
  const whole = await prepared(home, "whole", {});
  const balanced = await prepared(home, "balanced", { balance, quality: { rules } }, whole.last);
  const sampled = await prepared(home, "sampled", { sampling: { share: 0.3, keepAll: ["1"] } });
  const again = await prepared(home, "again", { balance, quality: { rules } }, balanced.last);
  const shards = await datasetHome();
  await shards.source(LIVE);
  const staged = await shards.prepareStaged(definition({ balance }));
  const stagedBaseline = await shards.baseline(staged.datasetDigest);
  const even = await prepared(home, "even", { sampling: { share: 0.5 } });

  it("looks like live data: no drift is told of it", async () => {
    for (const { baseline } of [whole, balanced, sampled, even]) {
      expect(await driftOf(baseline)).toMatchObject({ names: [], worst: expect.closeTo(0, 1) });
    }
    expect(balanced.output.rows.train).toBeLessThan(whole.output.rows.train / 4);
  });

  it("has each class as often as it is, for as many rows as it can tell of", () => {
    const { label, features, rows } = balanced.baseline;
    if (label.kind !== "category" || whole.baseline.label.kind !== "category") throw new Error();
    const shareOf = (counts: typeof label.counts) => {
      const [none = 0, late = 0] = ["0", "1"].map(
        (of) => counts.find(([text]) => text === of)?.[1],
      );
      return late / (none + late);
    };

    expect(rows).toBe(balanced.output.rows.train);
    expect(shareOf(label.counts)).toBeCloseTo(shareOf(whole.baseline.label.counts), 4);
    expect(label.rows).toBeLessThan(rows);
    for (const profile of Object.values(features)) expect(profile.rows).toBeCloseTo(label.rows, 6);
    expect(features.distance?.missing).toBeGreaterThan(1);
  });

  it("is the same to the last bit, in one piece or in shards", () => {
    expect(staged.datasetDigest).toBe(balanced.output.datasetDigest);
    expect(stagedBaseline).toEqual(balanced.baseline);
  });

  it("has nearly as many rows as are left where all count nearly the same", () => {
    const { rows } = even.output;
    expect(even.baseline.features.distance?.rows).toBeGreaterThan(0.99 * rows.train);
  });

  it("is what the next dataset's distribution is compared with", () => {
    for (const { report } of [balanced, again]) {
      const found = report.findings.find(({ rule }) => rule === "like_before");
      expect(found).toMatchObject({ verdict: "passed", value: expect.closeTo(0, 1) });
    }
  });
});
