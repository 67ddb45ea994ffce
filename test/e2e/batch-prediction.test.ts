import { chmod, readdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queryRows } from "../../engine/duckdb/query.ts";
import { sqlText } from "../../engine/duckdb/sql.ts";
import { withDuckdb } from "../../engine/duckdb/with-duckdb.ts";
import type { Platform } from "../../local/platform.ts";
import { ask, endOf, INSTANCE, predict, startTraining } from "../fixtures/e2e/http.ts";
import { MODEL, makeWorld, type World, writeFlights } from "../fixtures/e2e/world.ts";
import { startWorldPlatform } from "../fixtures/e2e/world-platform.ts";

/** Flights as a batch is asked about them: without an outcome. */
const ASKED = "* EXCLUDE (delay)";

/** Of a team that never calls a flight from Seattle late: few are, or the gate would refuse the version. */
const ROUTINES = `
import { defineRoutines } from ${JSON.stringify(resolve("core/definition/define-routines.ts"))};
import { model } from "./model.ts";

export const routines = defineRoutines(model, {
  preprocess: ({ origin }) => ({ origin: origin === null ? null : origin.toUpperCase() }),
  postprocess: (answer, { origin }) =>
    origin === "SEA"
      ? { label: 0, probability: 0, rule: "never-from-seattle" }
      : { ...answer, probability: Math.round(answer.probability * 1000) / 1000 },
  fallback: ({ distance }) => ({ label: 0, probability: distance === null ? 0.5 : 0.25 }),
});
`;

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
    await writeFile(join(world.modelsFolder, MODEL, "routines.ts"), ROUTINES);
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

  it("has the answers of the endpoint, the model's routines included", async () => {
    const rows = await sql(
      `SELECT strftime(date, '%Y-%m-%dT%H:%M:%SZ') AS date, origin, destination, distance::DOUBLE FROM read_parquet(${sqlText(path("b.parquet"))})`,
    );
    const instances = rows.map(([date, origin, destination, distance]) => ({
      ...{ date, origin, destination, distance },
    }));
    const { body } = await predict(platform.url, instances);

    const wanted = body.predictions.map(({ probability, label, rule = null }) => [
      ...[Math.fround(probability), label, rule],
    ]);
    expect(wanted).toHaveLength(200);
    expect(new Set(wanted.map(([, , rule]) => rule))).toEqual(
      new Set(["never-from-seattle", null]),
    );
    for (const file of ["b.parquet", "b.csv"]) {
      const output = sqlText(await stored(`output/${file}.parquet`));
      expect(
        await sql(`SELECT score, label, rule FROM read_parquet(${output}) ORDER BY row`),
      ).toEqual(wanted);
    }
  });

  it("leaves the fallback to answer over HTTP where the version is damaged", async () => {
    const graph = await platform.store.localPath(`models/${MODEL}/versions/1/model.onnx`);
    await platform.stop();
    await chmod(graph, 0o600);
    await writeFile(graph, "damaged");
    platform = await startWorldPlatform(world);

    const { status, body } = await predict(platform.url);
    const { status: pinned } = await ask(
      ...([platform.url, "POST", `/models/${MODEL}/versions/1/predictions`] as const),
      { instances: [INSTANCE] },
    );

    expect([status, pinned]).toEqual([200, 503]);
    expect(body).toMatchObject({ version: 0, alias: "fallback" });
    expect(body.predictions).toMatchObject([{ label: 0, probability: 0.25 }]);
  }, 60_000);

  it.each([
    ["a file that is not there", { files: ["/nowhere/a.csv"] }, 404],
    ["a path that starts nowhere", { files: ["a.csv"] }, 400],
    ["two files of one name", { files: ["/a/a.csv", "/b/a.csv"] }, 400],
    ["a name that is none", { name: "../x" }, 400],
  ])("fails to start with %s", async (_what, body, status) => {
    expect(await start(body)).toMatchObject({ status });
  });
});
