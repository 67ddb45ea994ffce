import { describe, expect, it } from "vitest";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { parseQualityReport, type QualityReport } from "../../../core/quality/quality-report.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { datasetPreparer } from "../../../engine/dataset/prepare-dataset.ts";
import { type DatasetHome, datasetHome, definitionWith, FLIGHTS } from "../dataset/dataset-home.ts";

type QualityInput = NonNullable<ModelDefinition["quality"]>;

async function reportOf(home: DatasetHome, runId = "run-1"): Promise<QualityReport> {
  const bytes = await home.store.get(storageKeys.quality("flight-delay", runId));
  return parseQualityReport(bytes, { model: "flight-delay", runId });
}

const finding = (report: QualityReport, rule: string) =>
  report.findings.find((found) => found.rule === rule);

const withQuality = (quality: QualityInput, more: Partial<ModelDefinition> = {}) =>
  definitionWith({ quality, ...more });

describe("the quality of a prepared dataset", () => {
  it("is reported, and clean flights give no finding", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);

    const output = await home.prepare();
    const report = await reportOf(home);

    expect(output.quality.reportKey).toBe("runs/flight-delay/run-1/quality.json");
    expect(report).toMatchObject({
      owner: expect.any(String),
      datasetDigest: output.datasetDigest,
    });
    expect(
      report.findings.filter(({ verdict }) => verdict !== "passed" && verdict !== "skipped"),
    ).toEqual([]);
    expect(report.source.columns).toMatchObject({ delay: "BIGINT", origin: "VARCHAR" });
  });

  it("judges every rule by its own limit, and names the worst rows", async () => {
    const home = await datasetHome();
    // One hour in ten stands there twice; ORD's distances are far too long.
    await home.source(
      `SELECT * REPLACE (CASE WHEN origin = 'ORD' THEN 90000 ELSE distance END AS distance) FROM (${FLIGHTS})
       UNION ALL (SELECT * FROM (${FLIGHTS}) WHERE date_part('hour', date) = 3 AND origin <> 'ORD')`,
    );
    const loaded = withQuality(
      {
        fields: { distance: { range: "warn" } },
        rules: {
          one_an_hour: { check: "unique", columns: ["date", "origin"] },
          short: {
            check: "sql",
            from: ["distance"],
            expression: "distance < 50000",
            action: "warn",
          },
          late: { check: "aggregate", from: ["delay"], expression: "avg(delay)", max: -100 },
          fresh: { check: "freshness", maxAge: "1d" },
          origin: { check: "null-share", column: "origin", max: 0 },
          like_before: { check: "distribution" },
          as_many: { check: "row-count", min: 0.5 },
        },
      },
      { gates: { maxQuarantineShare: 0.2 } },
    );

    const prepare = datasetPreparer({ threads: 2 });
    const startedAt = "2001-07-10T00:30:00.000Z";
    const output = await prepare({ store: home.store, loaded, runId: "run-1", startedAt });
    const report = await reportOf(home);

    expect(output.quality).toMatchObject({ verdict: "warned", broken: 4 });
    expect(finding(report, "one_an_hour")).toMatchObject({ verdict: "quarantined" });
    expect(finding(report, "distance.range")).toMatchObject({ verdict: "warned" });
    expect(finding(report, "short")).toMatchObject({ verdict: "warned", max: 0 });
    expect(finding(report, "late")).toMatchObject({ verdict: "warned", max: -100 });
    // The newest row in a split is of 30 June, 23:30: nine days and an hour before.
    expect(finding(report, "fresh")).toMatchObject({ verdict: "warned", value: 217, max: 24 });
    expect(finding(report, "origin")).toMatchObject({ verdict: "passed", value: 0, rows: 0 });
    expect(finding(report, "like_before")?.verdict).toBe("skipped");
    expect(finding(report, "as_many")?.verdict).toBe("skipped");
    expect(output.rows.quarantined).toBe(finding(report, "one_an_hour")?.rows);
    expect(output.rows.quarantined).toBeGreaterThan(0);
    expect(report.worst).toHaveLength(10);
    expect(report.worst.map(({ broken }) => broken)).toHaveLength(10);
    expect(report.worst[0]?.broken).toEqual(["one_an_hour: is there already"]);
  });
});
