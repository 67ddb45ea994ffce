import { describe, expect, it } from "vitest";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { csvSource, datasetHome, definitionWith, FLIGHTS, fieldsWith } from "./dataset-home.ts";

const OPEN_GATE = { maxQuarantineShare: 1 } as const;

/** Reasons of the first row of the flights with some of its columns changed. */
async function reasonsOf(
  changed: string,
  fields: ModelDefinition["fields"] = fieldsWith({}),
  more: Partial<ModelDefinition> = {},
): Promise<unknown> {
  const home = await datasetHome();
  await home.source(
    `${FLIGHTS} UNION ALL BY NAME SELECT * REPLACE (${changed}) FROM (${FLIGHTS} LIMIT 1)`,
  );
  const { rows } = await home.prepare(definitionWith({ fields, gates: OPEN_GATE, ...more }));
  if (rows.quarantined === 0) return "kept";
  return (await home.quarantine("SELECT __reason FROM quarantine"))[0]?.[0];
}

describe("quarantine", () => {
  it.each<[string, string, string]>([
    ["a missing number", "NULL AS distance", "distance: missing"],
    ["NaN as missing", "'NaN'::DOUBLE AS distance", "distance: missing"],
    ["infinity", "'inf'::DOUBLE AS distance", "distance: not finite"],
    ["a number below", "-1 AS distance", "distance: below 0"],
    ["a number above", "10001 AS distance", "distance: above 10000"],
    ["a missing text", "NULL AS origin", "origin: missing"],
    ["an empty text", "'' AS origin", "origin: missing"],
    ["a text too long", "'ORDER' AS origin", "origin: longer than 4"],
    ["a text too long in utf-16", "'🛫🛫🛫' AS origin", "origin: longer than 4"],
    ["a missing event time", "NULL AS date", "date: missing"],
    [
      "an endless event time",
      "'infinity'::TIMESTAMP AS date",
      "date: not between the years 1 and 9999",
    ],
    ["a missing outcome", "NULL AS delay", "delay: missing"],
    [
      "every broken field",
      "NULL AS date, 'ORDER' AS origin, -5 AS distance",
      "date: missing; distance: below 0; origin: longer than 4",
    ],
  ])("names %s", async (_what, changed, reason) => {
    expect(await reasonsOf(changed)).toBe(reason);
  });

  it.each<[string, string]>([
    ["a number at its bounds", "10000 AS distance"],
    ["four letters that are more bytes", "'ÄÖÜß' AS origin"],
    ["two characters of two utf-16 units", "'🛫🛬' AS origin"],
  ])("keeps %s", async (_what, changed) => {
    expect(await reasonsOf(changed)).toBe("kept");
  });

  it("takes missing values of optional fields for no break, wrong ones still", async () => {
    const fields = fieldsWith({ distance: { required: false }, origin: { required: false } });

    expect(await reasonsOf("NULL AS distance, '' AS origin", fields)).toBe("kept");
    expect(await reasonsOf("-1 AS distance, NULL AS origin", fields)).toBe("distance: below 0");
  });

  it("checks whole numbers and allowed values", async () => {
    const fields = fieldsWith({
      distance: { type: "integer" },
      origin: { values: ["ORD", "LAX", "JFK", "ATL"] },
    });

    expect(await reasonsOf("10.5 AS distance", fields)).toBe("distance: not a whole number");
    expect(await reasonsOf("'XXX' AS origin", fields)).toBe("origin: not an allowed value");
    const wide = fieldsWith({ distance: { type: "integer", max: 1e300 } });
    expect(await reasonsOf("1e16 AS distance", wide)).toBe("distance: beyond 53 bits");
    const number = fieldsWith({ distance: { max: 1e300 } });
    expect(await reasonsOf("1e39 AS distance", number)).toBe("distance: beyond 32-bit floats");
  });

  it("holds rows whose label cannot be computed", async () => {
    const fields = fieldsWith({ delay: { required: false } });

    expect(await reasonsOf("NULL AS delay", fields)).toBe("late: not computable as 0 or 1");
    const number = {
      name: "late",
      type: "binary" as const,
      from: ["delay"],
      expression: "(delay > 15)::INTEGER + (delay = 29)::INTEGER",
    } satisfies ModelDefinition["target"];
    expect(await reasonsOf("29 AS delay", fieldsWith({}), { target: number })).toBe(
      "late: not computable as 0 or 1",
    );
    const failing = {
      ...number,
      expression: "CASE WHEN delay = 29 THEN error('no') ELSE delay > 15 END",
    };
    await expect(reasonsOf("29 AS delay", fieldsWith({}), { target: failing })).rejects.toThrow(
      /calls error, whose result changes/,
    );
  });

  it("holds rows on which a row feature throws or gives what it must not, with what it said", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    const refuse = (distance: number | null) => {
      if (distance === 100) throw new RangeError("a hundred is no distance");
      return distance === 131 ? Number.POSITIVE_INFINITY : distance === 162 ? 1e39 : distance;
    };
    const loaded = definitionWith({
      gates: OPEN_GATE,
      rowFeatures: {
        far: {
          type: "number",
          from: ["distance"],
          compute: (row: { distance: number }) => refuse(row.distance),
        },
        kind: {
          type: "category",
          from: ["distance"],
          compute: (row: { distance: number }) => {
            if (row.distance === 100) throw new Error("nor a kind");
            return "!";
          },
        },
      },
    });

    const { rows, datasetDigest } = await home.prepare(loaded);

    expect(
      await home.quarantine("SELECT distance, __reason FROM quarantine GROUP BY ALL ORDER BY ALL"),
    ).toEqual([
      [100n, "far: threw RangeError: a hundred is no distance; kind: threw Error: nor a kind"],
      [131n, expect.stringContaining("far: row feature far gave the number Infinity")],
      [162n, expect.stringContaining("beyond 32-bit floats")],
    ]);
    expect(rows.quarantined).toBe(9);
    expect(await home.rows(datasetDigest, "SELECT DISTINCT kind FROM dataset")).toEqual([["!"]]);
  });

  it("keeps broken rows as they stand in the source, with their types, and the same bytes on a retry", async () => {
    const home = await datasetHome();
    const broken = `SELECT * REPLACE (-distance AS distance) FROM (${FLIGHTS} LIMIT 3)`;
    await home.source(`${FLIGHTS} UNION ALL BY NAME ${broken}`);

    await home.prepare(undefined, { threads: 1 });
    await home.prepare(undefined, { threads: 2 });

    expect(await home.quarantine("SELECT * FROM quarantine")).toEqual([
      [expect.anything(), -30n, "SFO", -100n, "ORD", "distance: below 0"],
      expect.arrayContaining([-131n, "distance: below 0"]),
      expect.arrayContaining([-162n, "distance: below 0"]),
    ]);
    const types = await home.quarantine(
      "SELECT column_name, column_type FROM (DESCRIBE FROM quarantine)",
    );
    expect(types).toEqual([
      ["date", "TIMESTAMP"],
      ["delay", "BIGINT"],
      ["destination", "VARCHAR"],
      ["distance", "BIGINT"],
      ["origin", "VARCHAR"],
      ["__reason", "VARCHAR"],
    ]);
  });
});

describe("quarantine of csv", () => {
  it("holds values that do not parse, lines that are no rows and bytes that are no text", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS, "good.csv");
    const bad = [
      "origin,destination,date,distance,delay",
      'ORD,"SF""O",2001-04-02T10:00:00+02:00, 17 ,1e1',
      "ORD,SFO,yesterday,far,soon",
      "ORD,SFO,2001-04-02,17",
      "ORD,SFO,2001-04-02,17,5,6",
      ",SFO,2001-04-02,,5",
    ];
    await home.sourceText(
      Buffer.concat([
        Buffer.from(`${bad.join("\r\n")}\r\n`),
        Buffer.from([0xff, 0x2c, 0x0d, 0x0a]),
      ]),
      "bad.csv",
    );
    const loaded = definitionWith({
      source: csvSource("good.csv", "bad.csv"),
      gates: { maxQuarantineShare: 0.1 },
    });

    const { rows, datasetDigest } = await home.prepare(loaded);

    expect(rows).toMatchObject({ read: 2_406, quarantined: 5 });
    expect(
      await home.quarantine(
        "SELECT date, distance, __line, __reason FROM quarantine ORDER BY __reason",
      ),
    ).toEqual([
      [
        "yesterday",
        "far",
        null,
        "date: not a timestamp; delay: not a number; distance: not a number",
      ],
      ["2001-04-02", null, null, "distance: missing; origin: missing"],
      [null, null, "ORD,SFO,2001-04-02,17", "line: missing columns"],
      [null, null, "?,", "line: missing columns, not utf-8; declare csv.encoding if it is latin-1"],
      [null, null, "ORD,SFO,2001-04-02,17,5,6", "line: too many columns"],
    ]);
    expect(
      await home.rows(
        datasetDigest,
        "SELECT __event_time::VARCHAR, distance FROM dataset WHERE destination = 'SF\"O'",
      ),
    ).toEqual([["2001-04-02 08:00:00", 17]]);
  });

  it("gives the dataset that the same rows give in parquet", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    await home.source(FLIGHTS, "flights.csv");
    const { datasetDigest } = await home.prepare();

    const fromCsv = await home.prepare(definitionWith({ source: csvSource("flights.csv") }), {
      runId: "run-2",
    });

    expect(fromCsv).toMatchObject({ datasetDigest, reused: true });
  });
});
