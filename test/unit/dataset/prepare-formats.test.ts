import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataContractError } from "../../../core/errors.ts";
import { datasetHome, definitionWith, FLIGHTS, parquetSource, sql } from "./dataset-home.ts";

describe("preparing sources of several formats", () => {
  it("gives the same dataset from Parquet and from compressed JSON Lines", async () => {
    const home = await datasetHome();
    await home.source(FLIGHTS);
    const rows = await sql(`SELECT to_json(f)::VARCHAR FROM (${FLIGHTS}) f`);
    const lines = rows.map(([line]) => line).join("\n");
    await home.sourceText(gzipSync(`${lines}\nnot json\n`), "f.jsonl.gz");
    const source = {
      format: "jsonl",
      files: [{ name: "f.jsonl.gz" }],
      eventTime: "date",
    } as const;

    const ofParquet = await home.prepare();
    const ofLines = await home.prepare(
      definitionWith({ source: { ...source, files: [...source.files] } }),
      { runId: "run-2" },
    );

    expect(ofLines.datasetDigest).toBe(ofParquet.datasetDigest);
    expect(ofLines.rows).toMatchObject({ read: 2_401, quarantined: 1 });
    expect(await home.quarantine("SELECT __line, __reason FROM quarantine", "run-2")).toEqual([
      ["not json", "line: not a json object"],
    ]);
  });

  it("fails on a Parquet file of another schema in part 7 of 9, before any row is kept", async () => {
    const home = await datasetHome();
    const names = Array.from({ length: 9 }, (_, i) => `part-${i + 1}.parquet`);
    for (const name of names) {
      const renamed =
        name === "part-7.parquet" ? "SELECT * RENAME (distance AS distance_km)" : "SELECT *";
      await home.source(`${renamed} FROM (${FLIGHTS}) LIMIT 10`, name);
    }

    const failed = home.prepare(definitionWith({ source: parquetSource(...names) }));

    await expect(failed).rejects.toThrow(DataContractError);
    await expect(failed).rejects.toThrow(
      "source file part-7.parquet breaks the contract: column distance is missing (is it distance_km now?)",
    );
    expect(await home.keys("datasets/")).toEqual([]);
  });
});
