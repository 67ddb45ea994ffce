import { describe, expect, it } from "vitest";
import type { ModelDefinition } from "../../../core/definition/model-definition.ts";
import { DataContractError, NotFoundError } from "../../../core/errors.ts";
import {
  csvSource,
  type DatasetHome,
  datasetHome,
  definitionWith,
  FLIGHTS,
  parquetSource,
} from "./dataset-home.ts";

const HEADER = "date,delay,distance,origin,destination";

describe("preparing data that breaks the contract", () => {
  it("fails on a missing file and says where it belongs", async () => {
    const home = await datasetHome();

    const failed = home.prepare();

    await expect(failed).rejects.toThrow(NotFoundError);
    await expect(failed).rejects.toThrow(
      "source file flights-3m.parquet of model flight-delay is missing; store it under sources/flight-delay/flights-3m.parquet",
    );
  });

  it.each<[string, string, Partial<ModelDefinition>, (home: DatasetHome) => Promise<void>, RegExp]>(
    [
      [
        "an empty file",
        "DataContractError",
        {},
        (home) => home.sourceText("", "flights-3m.parquet"),
        /flights-3m.parquet is empty \(0 bytes\)/,
      ],
      [
        "a file that is no parquet",
        "DataContractError",
        {},
        (home) => home.sourceText("date,delay\n".repeat(20), "flights-3m.parquet"),
        /flights-3m.parquet cannot be read: No magic bytes found at end of the file; store it again/,
      ],
      [
        "a parquet file cut off in the middle",
        "DataContractError",
        {},
        async (home) => {
          await home.source(FLIGHTS, "whole.parquet");
          const bytes = await home.store.get("sources/flight-delay/whole.parquet");
          await home.sourceText(bytes.subarray(0, bytes.length / 2), "flights-3m.parquet");
        },
        /flights-3m.parquet cannot be read: /,
      ],
      [
        "a parquet file without rows",
        "DataContractError",
        {},
        (home) => home.source(`${FLIGHTS} LIMIT 0`),
        /flights-3m.parquet has no rows/,
      ],
      [
        "a csv file with nothing but its header",
        "DataContractError",
        { source: csvSource("f.csv") },
        (home) => home.sourceText(`${HEADER}\n`, "f.csv"),
        /f.csv has no rows/,
      ],
      [
        "an empty csv file",
        "DataContractError",
        { source: csvSource("f.csv") },
        (home) => home.sourceText("", "f.csv"),
        /f.csv is empty/,
      ],
      [
        "a csv file with a column twice",
        "DataContractError",
        { source: csvSource("f.csv") },
        (home) => home.sourceText(`${HEADER},origin\n`, "f.csv"),
        /f.csv has two columns named origin/,
      ],
      [
        "missing columns, all of them named",
        "DataContractError",
        {},
        (home) => home.source(`SELECT date, delay, origin FROM (${FLIGHTS})`),
        /column destination is missing; column distance is missing; its columns are date, delay, origin/,
      ],
      [
        "a column missing in the second file only",
        "DataContractError",
        { source: parquetSource("a.parquet", "b.parquet") },
        async (home) => {
          await home.source(FLIGHTS, "a.parquet");
          await home.source(`SELECT * EXCLUDE origin FROM (${FLIGHTS})`, "b.parquet");
        },
        /source file b.parquet breaks the contract: column origin is missing/,
      ],
      [
        "a column of the wrong type",
        "DataContractError",
        {},
        (home) => home.source(`SELECT * REPLACE (distance || ' mi' AS distance) FROM (${FLIGHTS})`),
        /column distance is VARCHAR, a number must be any numeric type/,
      ],
      [
        "an event time that is text",
        "DataContractError",
        {},
        (home) => home.source(`SELECT * REPLACE (date::VARCHAR AS date) FROM (${FLIGHTS})`),
        /column date is VARCHAR, a timestamp must be DATE or any TIMESTAMP/,
      ],
      [
        "a target of one class only",
        "DataContractError",
        {},
        (home) => home.source(`SELECT * REPLACE (0 AS delay) FROM (${FLIGHTS})`),
        /all 720 rows of the train split are of class 0; both classes are needed/,
      ],
      [
        "one class only in the test split",
        "DataContractError",
        {},
        (home) =>
          home.source(
            `SELECT * REPLACE (CASE WHEN date < '2001-06-01' THEN delay ELSE 99 END AS delay) FROM (${FLIGHTS})`,
          ),
        /all 720 rows of the test split are of class 1/,
      ],
      [
        "a split without rows",
        "DataContractError",
        {},
        (home) => home.source(`SELECT * FROM (${FLIGHTS}) WHERE date < '2001-05-01'`),
        /the validation split has no rows/,
      ],
    ],
  )("fails on %s", async (_what, name, changes, given, message) => {
    const home = await datasetHome();
    await given(home);

    const failed = home.prepare(definitionWith(changes));

    await expect(failed).rejects.toMatchObject({ name });
    await expect(failed).rejects.toThrow(message);
    expect(await home.keys("datasets/")).toEqual([]);
  });

  it("fails above the gate, names the commonest reasons and keeps the broken rows", async () => {
    const home = await datasetHome();
    await home.source(`SELECT * REPLACE (CASE
      WHEN epoch(date)::BIGINT // 3600 % 40 = 0 THEN -1
      WHEN epoch(date)::BIGINT // 3600 % 40 = 1 THEN 20000 ELSE distance END AS distance) FROM (${FLIGHTS})`);

    const failed = home.prepare();

    await expect(failed).rejects.toThrow(DataContractError);
    await expect(failed).rejects.toThrow(
      "120 of 2400 rows (5%) break the contract, gates.maxQuarantineShare allows 1%; commonest reasons: distance: above 10000 (60); distance: below 0 (60); every broken row is in runs/flight-delay/run-1/quarantine.parquet",
    );
    expect(await home.quarantine("SELECT count(*)::INTEGER FROM quarantine")).toEqual([[120]]);
    expect(await home.keys("datasets/")).toEqual([]);
  });

  it("goes on below the gate without the broken rows", async () => {
    const home = await datasetHome();
    await home.source(`SELECT * REPLACE (CASE WHEN epoch(date)::BIGINT // 3600 % 20 = 0 THEN -1
      ELSE distance END AS distance) FROM (${FLIGHTS})`);

    const { rows, datasetDigest } = await home.prepare(
      definitionWith({ gates: { maxQuarantineShare: 0.05 } }),
    );

    expect(rows).toMatchObject({ read: 2_400, quarantined: 120 });
    expect(rows.train + rows.validation + rows.test + rows.outside).toBe(2_280);
    expect(await home.rows(datasetDigest, "SELECT min(distance) >= 0 FROM dataset")).toEqual([
      [true],
    ]);
  });

  it("writes no quarantine where nothing is broken", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);

    await home.prepare();

    expect((await home.keys("runs/")).filter((key) => key.includes("quarantine"))).toEqual([]);
  });
});
