import { readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queryRows } from "../../engine/duckdb/query.ts";
import { sqlText } from "../../engine/duckdb/sql.ts";
import { withDuckdb } from "../../engine/duckdb/with-duckdb.ts";
import type { Platform } from "../../local/platform.ts";
import { ask, endOf, predict, startTraining } from "../fixtures/e2e/http.ts";
import { MODEL, makeWorld, type World, writeFlights } from "../fixtures/e2e/world.ts";
import { startWorldPlatform } from "../fixtures/e2e/world-platform.ts";

/** Flights as a batch is asked about them: without an outcome. */
const ASKED = "* EXCLUDE (delay)";

const sql = (query: string) =>
  withDuckdb({ threads: 1 }, ({ connection }) => queryRows(connection, query));

describe("a batch of files", () => {
  let world: World;
  let platform: Platform;
  const path = (name: string) => join(world.folder, name);

  const start = (body: object) =>
    ask<{ execution: string; message: string }>(
      platform.url,
      "POST",
      `/api/models/${MODEL}/batches`,
      { name: "june", reason: "test", ...body },
    );
  const run = async (body: object = {}) => {
    const { status, body: started } = await start(body);
    expect(status, started.message).toBe(202);
    return endOf(platform.url, started.execution);
  };
  const stored = (name: string) => platform.store.localPath(`batches/${MODEL}/june/${name}`);

  beforeAll(async () => {
    world = await makeWorld();
    platform = await startWorldPlatform(world);
    await endOf(platform.url, await startTraining(platform.url));
    await writeFlights(path("a.parquet"), { columns: ASKED, rows: 3_000 });
    await writeFlights(path("b.parquet"), { columns: ASKED, rows: 200 });
    await sql(
      `COPY (FROM read_parquet(${sqlText(path("b.parquet"))})) TO ${sqlText(path("b.csv"))}`,
    );
    await writeFile(path("bad.csv"), "date,origin\n");
  }, 120_000);
  afterAll(async () => {
    await platform?.stop();
    await world.remove();
  });

  it("fails by the file that cannot be used; results of the others stay", async () => {
    const files = ["a.parquet", "bad.csv"].map(path);
    const { status, error, states } = await run({ files });

    expect(status).toBe("failed");
    expect(error).toBe(
      "DataContractError: input file bad.csv breaks the contract: column destination is missing; column distance is missing; its columns are date, origin",
    );
    expect(states.filter(({ state }) => state === "PredictFile")).toHaveLength(2);
    const output = `read_parquet(${sqlText(await stored("output/a.parquet.parquet"))})`;
    expect(await sql(`SELECT count(*), min(version) FROM ${output}`)).toEqual([[3_000n, 1]]);
  }, 60_000);

  it("does what is missing when it is started again", async () => {
    const before = await readdir(dirname(await stored("output/a.parquet.parquet")));
    await platform.store.remove([`batches/${MODEL}/june/input/bad.csv`]);
    const { status, output } = await run({ files: [path("b.parquet"), path("b.csv")] });

    expect(before).toEqual(["a.parquet.parquet"]);
    expect(status).toBe("succeeded");
    expect(output).toMatchObject({
      ended: { files: 3, rows: 3_400, scored: 3_400, rejected: 0, version: 1 },
    });
    const alerts = await ask<readonly { subject: string }[]>(platform.url, "GET", "/api/alerts");
    expect(alerts.body[0]?.subject).toBe(`${MODEL}: batch june is predicted by version 1`);
  }, 60_000);

  it("has the scores that the endpoint answers", async () => {
    const rows = await sql(
      `SELECT strftime(date, '%Y-%m-%dT%H:%M:%SZ') AS date, origin, destination, distance::DOUBLE FROM read_parquet(${sqlText(path("b.parquet"))})`,
    );
    const instances = rows.map(([date, origin, destination, distance]) => ({
      ...{ date, origin, destination, distance },
    }));
    const { body } = await predict(platform.url, instances);

    const wanted = body.predictions.map(({ probability, label }) => [probability, label]);
    expect(wanted).toHaveLength(200);
    for (const file of ["b.parquet", "b.csv"]) {
      const output = sqlText(await stored(`output/${file}.parquet`));
      expect(await sql(`SELECT score, label FROM read_parquet(${output}) ORDER BY row`)).toEqual(
        wanted,
      );
    }
  });

  it.each([
    ["a file that is not there", { files: ["/nowhere/a.csv"] }, 404],
    ["a path that starts nowhere", { files: ["a.csv"] }, 400],
    ["two files of one name", { files: ["/a/a.csv", "/b/a.csv"] }, 400],
    ["a name that is none", { name: "../x" }, 400],
  ])("fails to start with %s", async (_what, body, status) => {
    expect(await start(body)).toMatchObject({ status });
  });
});
