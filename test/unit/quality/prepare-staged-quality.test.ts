import { describe, expect, it } from "vitest";
import type { LoadedDefinition } from "../../../core/definition/loaded-definition.ts";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import type { LastDataset, QualityReport } from "../../../core/quality/quality-report.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { datasetPreparer } from "../../../engine/dataset/prepare-dataset.ts";
import {
  type DatasetHome,
  datasetHome,
  definitionWith,
  FLIGHTS,
  parquetSource,
} from "../dataset/dataset-home.ts";

const QUALITY = {
  fields: { distance: { range: "warn" } },
  rules: {
    known_origin: { check: "null-share", column: "origin", max: 0 },
    one_an_hour: { check: "unique", columns: ["date", "origin"] },
    like_before: { check: "distribution", maxPsi: 0.01 },
    as_many: { check: "row-count", max: 0.9 },
    near: { check: "sql", from: ["distance"], expression: "distance < 950", action: "warn" },
    low: { check: "sql", from: ["delay"], expression: "delay < 29" },
    mean_delay: { check: "aggregate", from: ["delay"], expression: "avg(delay)", max: -10 },
    fresh: { check: "freshness", maxAge: "1d" },
  },
} satisfies NonNullable<ModelDefinition["quality"]>;

/** The flights in two files, which differ from those before: repeated, retyped, dropped and added. */
async function changedFlights(home: DatasetHome) {
  await home.source(`SELECT *, 1 AS gone FROM (${FLIGHTS})`, "a.parquet");
  await home.source(`SELECT *, 1 AS gone FROM (${FLIGHTS}) LIMIT 0`, "b.parquet");
  const loaded = definitionWith({
    quality: QUALITY,
    source: parquetSource("a.parquet", "b.parquet"),
    gates: { maxQuarantineShare: 0.5 },
  });
  const before = await home.prepare(loaded, { runId: "run-0" });
  await home.store.remove([
    storageKeys.source("flight-delay", "a.parquet"),
    storageKeys.source("flight-delay", "b.parquet"),
  ]);
  const changed = `SELECT * REPLACE (distance * 2 AS distance), 'x' AS came FROM (${FLIGHTS})`;
  await home.source(`${changed} LIMIT 1600`, "a.parquet");
  await home.source(
    `SELECT * REPLACE (delay::DOUBLE AS delay) FROM (${changed}) OFFSET 1500`,
    "b.parquet",
  );
  return { loaded, last: { datasetDigest: before.datasetDigest, runId: "run-0" } };
}

async function reportOf(
  home: DatasetHome,
  request: { readonly loaded: LoadedDefinition; readonly last: LastDataset },
  runId: string,
  staged: boolean,
): Promise<QualityReport> {
  const { store } = home;
  const { loaded, last } = request;
  const startedAt = "2001-07-10T00:30:00.000Z";
  await home.planApart(loaded, runId);
  if (staged) await home.stage(loaded, { runId });
  await datasetPreparer({ threads: 2 })({ store, loaded, runId, startedAt, last, staged });
  const bytes = await store.get(storageKeys.quality("flight-delay", runId));
  return JSON.parse(new TextDecoder().decode(bytes));
}

describe("the quality of a source that is staged in shards", () => {
  it("is told as of one piece: every rule, every column, the worst rows", async () => {
    const home = await datasetHome();
    const request = await changedFlights(home);

    const alone = await reportOf(home, request, "run-1", false);
    const staged = await reportOf(home, request, "run-2", true);

    expect(staged).toEqual({ ...alone, runId: "run-2" });
    expect(alone.source.changes).toEqual({
      added: ["came"],
      dropped: ["gone"],
      retyped: [{ column: "delay", from: "BIGINT", to: "BIGINT or DOUBLE" }],
    });
    const verdicts = alone.findings.map(({ rule, verdict }) => [rule, verdict]);
    expect(Object.fromEntries(verdicts)).toMatchObject({
      "distance.range": "passed",
      known_origin: "passed",
      one_an_hour: "quarantined",
      like_before: "warned",
      as_many: "warned",
      near: "warned",
      low: "quarantined",
      mean_delay: "warned",
      fresh: "warned",
      "source.columns": "warned",
    });
  });
});
