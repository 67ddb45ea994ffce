import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allPredictionsTable, modelTable } from "../../../core/archive/archive-tables.ts";
import { columnsOf } from "../../../engine/duckdb/query.ts";
import { sqlText } from "../../../engine/duckdb/sql.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";
import { FLIGHTS, logPredictions, predictionOf } from "./archive-world.ts";

const GLUE_TYPES: Readonly<Record<string, string>> = {
  VARCHAR: "string",
  TIMESTAMP: "timestamp",
  INTEGER: "int",
  DOUBLE: "double",
};

/** Columns of a file that the platform wrote, named and typed as a catalog would. */
async function writtenColumns() {
  const folder = temporaryFolder();
  await logPredictions(folder, [predictionOf()]);
  const file = (await readdir(folder, { recursive: true })).find((name) => /parquet$/.test(name));
  const columns = await withDuckdb({ threads: 1 }, ({ connection }) =>
    columnsOf(
      connection,
      `SELECT * FROM read_parquet(${sqlText(join(folder, file ?? ""))}, hive_partitioning = false)`,
    ),
  );
  return [...columns].map(([name, type]) => ({
    name: name.toLowerCase(),
    type: GLUE_TYPES[type] ?? type,
  }));
}

describe("tables of logged predictions", () => {
  it("have the columns of the files, exactly and in their order", async () => {
    expect(modelTable(FLIGHTS).columns).toEqual(await writtenColumns());
  });

  it("have of every model what all files have; the model is part of the key", async () => {
    const { columns, partitions } = allPredictionsTable();

    expect(columns).toEqual(
      (await writtenColumns()).filter(({ name }) => !/^feature_|^model$/.test(name)),
    );
    expect(partitions).toEqual(["model", "date", "hour"]);
  });

  it("are named so that Athena takes their names without quotes", () => {
    expect(modelTable(FLIGHTS).name).toBe("predictions_flight_delay");
  });

  it("fail on inputs that Athena could not tell apart", () => {
    const inputs = [
      { name: "amount", kind: "number" },
      { name: "Amount", kind: "number" },
    ] as const;

    expect(() => modelTable({ model: "loans", inputs })).toThrow(
      /two inputs whose column would be feature_amount/,
    );
  });
});
