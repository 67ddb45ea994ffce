import { describe, expect, it } from "vitest";
import {
  datasetHome,
  definitionWith,
  FLIGHTS,
  fieldsWith,
  parquetSource,
  sql,
} from "./dataset-home.ts";

const shares = { train: 0.6, validation: 0.2, test: 0.2 };

describe("a prepared dataset", () => {
  it("splits by time and counts rows beyond the end", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);

    const { datasetDigest, rows, reused } = await home.prepare();

    expect(rows).toEqual({
      read: 2_400,
      train: 720,
      validation: 744,
      test: 720,
      outside: 216,
      quarantined: 0,
    });
    expect(reused).toBe(false);
    const bounds = "SELECT min(__event_time)::VARCHAR, max(__event_time)::VARCHAR FROM dataset";
    expect(await home.rows(datasetDigest, bounds, "validation")).toEqual([
      ["2001-05-01 00:30:00", "2001-05-31 23:30:00"],
    ]);
    const manifest = await home.manifest(datasetDigest);
    expect(manifest).toMatchObject({
      model: "flight-delay",
      digest: datasetDigest,
      target: "late",
      rowsRead: 2_400,
      rowsQuarantined: 0,
      rowsOutside: 216,
    });
    const late = `SELECT count(*) FROM (${FLIGHTS}) WHERE delay > 15 AND date < '2001-05-01'`;
    expect(manifest.splits.train.positives).toBe(Number((await sql(late))[0]?.[0]));
  });

  it("puts a row at a boundary into the later split", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS.replace("00:30:00", "00:00:00"));

    const { datasetDigest } = await home.prepare();

    const first = await home.rows(
      datasetDigest,
      "SELECT min(__event_time)::VARCHAR FROM dataset",
      "test",
    );
    expect(first).toEqual([["2001-06-01 00:00:00"]]);
  });

  it("has float32 and text inputs, a byte of label and the event time, in order", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);

    const { datasetDigest } = await home.prepare();

    const types = await home.rows(
      datasetDigest,
      "SELECT column_name, column_type FROM (DESCRIBE FROM dataset)",
    );
    expect(types).toEqual([
      ["destination", "VARCHAR"],
      ["distance", "FLOAT"],
      ["origin", "VARCHAR"],
      ["hour", "FLOAT"],
      ["weekday", "FLOAT"],
      ["late", "UTINYINT"],
      ["__event_time", "TIMESTAMP"],
    ]);
    const [sorted] = await home.rows(
      datasetDigest,
      "SELECT list(__event_time) = list_sort(list(__event_time)) FROM dataset",
      "train",
    );
    expect(sorted).toEqual([true]);
  });

  it("computes row features as the function itself does", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);

    const { datasetDigest } = await home.prepare();

    const rows = await home.rows(
      datasetDigest,
      "SELECT epoch_ms(__event_time), hour, weekday FROM dataset",
    );
    expect(rows).toHaveLength(2_184);
    const { compute } = definitionWith();
    for (const [ms, hour, weekday] of rows) {
      const row = { date: Number(ms) };
      expect([hour, weekday]).toEqual([compute.hour?.(row), compute.weekday?.(row)]);
    }
  });

  it("hands row features their fields by type, null for missing, and takes text and null back", async () => {
    const home = await datasetHome();
    await home.source(
      FLIGHTS.replace(
        "['ORD', 'LAX', 'JFK', 'ATL'][i % 4 + 1]",
        "CASE WHEN i % 2 = 0 THEN NULL ELSE 'ZÜR' END",
      ).replace("(100 + i * 31 % 900)::BIGINT", "CASE WHEN i % 3 = 0 THEN NULL ELSE i % 10 END"),
    );
    const loaded = definitionWith({
      fields: fieldsWith({ origin: { required: false }, distance: { required: false } }),
      rowFeatures: {
        seen: {
          type: "category",
          from: ["origin", "distance", "date"],
          compute: (row: { origin: string | null; distance: number | null; date: number }) =>
            row.distance === 5
              ? null
              : `${typeof row.date} ${row.origin} ${row.distance} ${Object.keys(row)}`,
        },
        minus: { type: "number", from: ["distance"], compute: () => -0 },
      },
    });

    const { datasetDigest } = await home.prepare(loaded);

    const different = await home.rows(
      datasetDigest,
      `SELECT DISTINCT seen FROM dataset WHERE seen IS DISTINCT FROM CASE WHEN distance = 5 THEN NULL
        ELSE 'number ' || coalesce(origin, 'null') || ' ' || coalesce(distance::INTEGER::VARCHAR, 'null') || ' origin,distance,date' END`,
    );
    expect(different).toEqual([]);
    const sum = "SELECT count(*) FILTER (seen IS NULL) > 0, max(minus)::VARCHAR FROM dataset";
    expect(await home.rows(datasetDigest, sum)).toEqual([[true, "0.0"]]);
  });

  it("splits by hash of the id, near the shares, and keeps each row's split when rows come", async () => {
    const home = await datasetHome();
    const withId = `SELECT *, 'flight-' || row_number() OVER (ORDER BY date) AS number FROM (${FLIGHTS})`;
    await home.source(withId);
    await home.source(`${withId} LIMIT 1200`, "fewer.parquet");
    const loaded = (name: string) =>
      definitionWith({
        source: { ...parquetSource(name), id: "number" },
        fields: { ...fieldsWith({}), number: { type: "category", role: "entity" } },
        split: { by: "hash", shares },
      });

    const all = await home.prepare(loaded("flights-3m.parquet"));
    const fewer = await home.prepare(loaded("fewer.parquet"), { runId: "run-2" });

    expect(all.rows.outside).toBe(0);
    for (const part of ["train", "validation", "test"] as const) {
      expect(all.rows[part] / 2_400).toBeCloseTo(shares[part], 1);
      const times = "SELECT epoch_ms(__event_time) FROM dataset";
      const inAll = new Set((await home.rows(all.datasetDigest, times, part)).flat());
      const inFewer = (await home.rows(fewer.datasetDigest, times, part)).flat();
      expect(inFewer.every((time) => inAll.has(time))).toBe(true);
    }
  });

  it("assigns an id by the first 52 bits of its MD5, so that every platform agrees", async () => {
    const home = await datasetHome();
    // md5("a") = 0cc175b9c0f1b6a8… is 0.0498 of the way, md5("b") = 92eb5ffee6ae2fec… 0.5739,
    // md5("e") = e1671797c52e15f7… 0.8805
    await home.source(
      `SELECT f.*, k AS number FROM (${FLIGHTS}) f, (VALUES ('a'), ('b'), ('e')) keys(k)`,
    );
    const loaded = definitionWith({
      fields: { ...fieldsWith({}), number: { type: "category", role: "feature" } },
      split: {
        by: "group",
        column: "number",
        shares: { train: 0.05, validation: 0.6, test: 0.35 },
      },
    });

    const { datasetDigest } = await home.prepare(loaded);

    const found = async (split: "train" | "validation" | "test") =>
      home.rows(datasetDigest, "SELECT DISTINCT number FROM dataset", split);
    expect(await found("train")).toEqual([["a"]]);
    expect(await found("validation")).toEqual([["b"]]);
    expect(await found("test")).toEqual([["e"]]);
  });

  it("keeps all rows of a group together", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS.replace("['ORD', 'LAX', 'JFK', 'ATL'][i % 4 + 1]", "'A' || i % 40"));
    const loaded = definitionWith({ split: { by: "group", column: "origin", shares } });

    const { datasetDigest } = await home.prepare(loaded);

    const origins = async (split: "train" | "validation" | "test") =>
      (await home.rows(datasetDigest, "SELECT DISTINCT origin FROM dataset", split)).flat();
    const everywhere = [
      ...(await origins("train")),
      ...(await origins("validation")),
      ...(await origins("test")),
    ];
    expect(everywhere).toHaveLength(40);
    expect(new Set(everywhere).size).toBe(40);
  });

  it("splits by hash of every field without an id: equal rows stay together", async () => {
    const home = await datasetHome();
    await home.source(`SELECT f.* FROM (${FLIGHTS}) f, range(2)`);

    const { datasetDigest, rows } = await home.prepare(
      definitionWith({ split: { by: "hash", shares } }),
    );

    expect(rows.train + rows.validation + rows.test).toBe(4_800);
    const odd = await home.rows(
      datasetDigest,
      "SELECT 1 FROM dataset GROUP BY __event_time HAVING count(*) <> 2",
      "train",
    );
    expect(odd).toEqual([]);
  });
});
