import { describe, expect, it } from "vitest";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { DataContractError } from "../../../core/errors.ts";
import { parseQualityReport, type QualityReport } from "../../../core/quality/quality-report.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { datasetPreparer } from "../../../engine/dataset/prepare-dataset.ts";
import { queryRows } from "../../../engine/duckdb/query.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { model as flightDelay } from "../../../models/flight-delay/model.ts";
import {
  type DatasetHome,
  datasetHome,
  definitionWith,
  FLIGHTS,
  fieldsWith,
} from "../dataset/dataset-home.ts";

/** Flights whose lateness nothing tells: 4,000, half a minute apart in no order of the rest. */
const MANY = `SELECT date + (i % 977) * INTERVAL 1 SECOND AS date, delay, (100 + i * 7919 % 4001)::BIGINT AS distance, origin, destination
  FROM (SELECT *, row_number() OVER (ORDER BY date) AS i FROM (${FLIGHTS}))`;

const BY_HASH: ModelDefinition["split"] = {
  by: "hash",
  shares: { train: 0.6, validation: 0.2, test: 0.2 },
};

async function judged(
  home: DatasetHome,
  loaded: ReturnType<typeof definitionWith>,
  more: { readonly runId?: string; readonly last?: { datasetDigest: string; runId: string } } = {},
) {
  const prepare = datasetPreparer({ threads: 2 });
  const { runId = "run-1" } = more;
  const output = prepare({
    store: home.store,
    loaded,
    runId,
    ...(more.last && { last: more.last }),
  });
  const error = await output.then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  const bytes = await home.store.get(storageKeys.quality("flight-delay", runId));
  const report = parseQualityReport(bytes, { model: "flight-delay", runId });
  return { output, error, report };
}

const found = (report: QualityReport, rule: string) =>
  report.findings.find((finding) => finding.rule === rule);

describe("leakage", () => {
  it("is found where an input knows the answer, and fails a run that says so", async () => {
    const home = await datasetHome();
    await home.source(`SELECT * REPLACE ((delay + 1000)::BIGINT AS distance) FROM (${FLIGHTS})`);
    const loaded = definitionWith({ quality: { leakage: { action: "fail" } } });

    const { error, report } = await judged(home, loaded);

    expect(error).toBeInstanceOf(DataContractError);
    expect(error?.message).toContain(
      "leakage.inputs failed: 1; allowed is at most 0.99; distance 1.000",
    );
    expect(report).toMatchObject({ verdict: "failed", error: error?.message });
    expect(found(report, "leakage.inputs")).toMatchObject({ verdict: "failed", value: 1 });
  });

  it("is found where rows of one split stand in another, and times are after the row's own", async () => {
    const home = await datasetHome();
    const fields = {
      ...fieldsWith({}),
      landed: { type: "timestamp" as const, role: "feature" as const },
      number: { type: "integer" as const, role: "entity" as const },
    };
    const source = { ...flightDelay.source, id: "number" };
    const loaded = definitionWith({ fields, source, split: BY_HASH });
    // 300 rows are sent again, under a number of their own; one landing in four is after the departure.
    await home.source(
      `SELECT * EXCLUDE (n), n AS number, date + (CASE WHEN n % 4 = 0 THEN 1 ELSE -1 END) * INTERVAL 1 MINUTE AS landed
       FROM (SELECT *, row_number() OVER (ORDER BY date) AS n FROM (${MANY}))
       UNION ALL SELECT * EXCLUDE (n), n + 100000, date - INTERVAL 1 MINUTE
       FROM (SELECT *, row_number() OVER (ORDER BY date) AS n FROM (${MANY})) WHERE n <= 300`,
    );

    const { report } = await judged(home, loaded);

    expect(report.verdict).toBe("warned");
    expect(found(report, "leakage.duplicates")).toMatchObject({ verdict: "warned" });
    expect(found(report, "leakage.time.landed")).toMatchObject({ verdict: "warned", rows: 600 });
    expect(found(report, "leakage.inputs")?.verdict).toBe("passed");
  });
});

describe("a dataset after another", () => {
  it("is compared with the last one: rows, distribution, columns", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    const rules = {
      as_many: { check: "row-count", min: 0.9 },
      like_before: { check: "distribution" },
    } as const;
    const first = await judged(home, definitionWith({ quality: { rules } }));
    const { datasetDigest } = await first.output;
    const source = { ...flightDelay.source, files: [{ name: "next.parquet" }] };
    await home.source(
      `SELECT * EXCLUDE (delay), delay::DOUBLE AS delay, 1 AS gate FROM (${FLIGHTS}) WHERE origin IN ('ORD', 'LAX')`,
      "next.parquet",
    );

    const last = { datasetDigest, runId: "run-1" };
    const next = definitionWith({ quality: { rules }, source });
    const { report } = await judged(home, next, { runId: "run-2", last });

    expect(found(report, "as_many")).toMatchObject({ verdict: "warned", value: 0.5, min: 0.9 });
    expect(found(report, "like_before")).toMatchObject({
      verdict: "warned",
      detail: expect.stringContaining("origin"),
    });
    expect(report.source.changes).toEqual({
      added: ["gate"],
      dropped: [],
      retyped: [{ column: "delay", from: "BIGINT", to: "DOUBLE" }],
    });
    expect(found(report, "source.columns")).toMatchObject({ verdict: "warned", value: 2 });
  });

  it("fails on a column that was dropped, with a report that says so", async () => {
    const home = await datasetHome();
    await home.source(`SELECT * EXCLUDE (origin) FROM (${FLIGHTS})`);

    const { error, report } = await judged(home, definitionWith());

    expect(error).toBeInstanceOf(DataContractError);
    expect(report).toMatchObject({
      verdict: "failed",
      error: expect.stringContaining("column origin is missing"),
    });
  });
});

describe("a training split", () => {
  /** Rows, weights and weighted rate of class 1 of the stored training split. */
  async function train(changes: Partial<ModelDefinition>) {
    const home = await datasetHome();
    await home.source(MANY);
    const output = await home.prepare(definitionWith(changes));
    const folder = `${home.root}/store/datasets/flight-delay/${output.datasetDigest}/train/*.parquet`;
    const [row = []] = await withDuckdb({ threads: 1 }, ({ connection }) =>
      queryRows(
        connection,
        `SELECT count(*), sum(__weight), sum(__weight * late) / sum(__weight), avg(late) FROM (SELECT *, late::DOUBLE AS late FROM (SELECT * RENAME (${flightDelay.target.name} AS late) FROM read_parquet('${folder}')))`,
      ).catch(async () =>
        queryRows(
          connection,
          `SELECT count(*), count(*), avg(${flightDelay.target.name}), avg(${flightDelay.target.name}) FROM read_parquet('${folder}')`,
        ),
      ),
    );
    return { output, numbers: row.map(Number) };
  }

  it("that is sampled or balanced counts as all of it: the weighted rate is the true one", async () => {
    const whole = await train({ split: BY_HASH });
    const [rows = 0, , rate = 0] = whole.numbers;
    const balanced = await train({ split: BY_HASH, balance: { perRarest: 1 } });
    const sampled = await train({ split: BY_HASH, sampling: { share: 0.4, keepAll: ["1"] } });

    for (const { output, numbers } of [balanced, sampled]) {
      const [kept = 0, weights, weighted, plain = 0] = numbers;
      expect(kept).toBeLessThan(0.7 * rows);
      expect(weights).toBeCloseTo(rows, 6);
      expect(weighted).toBeCloseTo(rate, 9);
      expect(plain).toBeGreaterThan(rate + 0.1);
      expect(output.rows.test).toBe(whole.output.rows.test);
      expect(output.rows.outside).toBe(rows - kept);
    }
    expect(balanced.numbers[3]).toBeCloseTo(0.5, 1);
  });

  it("ends a gap before validation, which ends one before the test", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    const split = {
      by: "time" as const,
      ...{ validationFrom: "2001-05-01T00:00:00Z", testFrom: "2001-06-01T00:00:00Z" },
      until: "2001-07-01T00:00:00Z",
    };
    const gapless = await home.prepare(definitionWith({ split }), { runId: "gapless" });
    const gap = await home.prepare(definitionWith({ split: { ...split, gap: "2d" } }), {
      runId: "gap",
    });

    // One flight an hour: 48 before each of the two.
    expect(gapless.rows.train - gap.rows.train).toBe(48);
    expect(gapless.rows.validation - gap.rows.validation).toBe(48);
    expect(gap.rows.test).toBe(gapless.rows.test);
    expect(gap.rows.outside - gapless.rows.outside).toBe(96);
    expect(gap.datasetDigest).not.toBe(gapless.datasetDigest);
  });
});
