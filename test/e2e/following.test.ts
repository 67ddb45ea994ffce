import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { platformClient } from "../../cli/client.ts";
import { examineLocal } from "../../cli/doctor/examine.ts";
import { isSound } from "../../cli/doctor/finding.ts";
import { sampleInstances } from "../../cli/sample-instances.ts";
import { queryRows } from "../../engine/duckdb/query.ts";
import { sqlText } from "../../engine/duckdb/sql.ts";
import { withDuckdb } from "../../engine/duckdb/with-duckdb.ts";
import { homePaths } from "../../local/local-environment.ts";
import { endOf, startTraining } from "../fixtures/e2e/http.ts";
import { MODEL, makeWorld, type World } from "../fixtures/e2e/world.ts";
import { startWorldPlatform } from "../fixtures/e2e/world-platform.ts";

const TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793";

type Line = Readonly<Record<string, unknown>>;

const linesOf = async (path: string): Promise<readonly Line[]> =>
  (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** A platform that has trained one model and answered one request, and what it left when it stopped. */
describe("following one run and one prediction", () => {
  let world: World;
  let runId: string;
  let answer: { readonly predictions: readonly { readonly predictionId: string }[] };
  let doctor: Awaited<ReturnType<typeof examineLocal>>;
  let log: readonly Line[];

  beforeAll(async () => {
    world = await makeWorld();
    const platform = await startWorldPlatform(world);
    try {
      runId = await startTraining(platform.url);
      await endOf(platform.url, runId);
      const [definition] = platform.definitions;
      if (definition === undefined) throw new Error("the world has no model");
      const instances = await sampleInstances(platform.store, definition, 2);
      const response = await fetch(`${platform.url}/models/${MODEL}/predictions`, {
        method: "POST",
        body: JSON.stringify({ instances }),
        headers: { "x-request-id": "order-7", "x-amzn-trace-id": `Root=${TRACE_ID}` },
      });
      answer = (await response.json()) as typeof answer;
      await platform.drainPredictions();
      // whoever asks stands elsewhere: the platform says where it keeps things
      const settings = { ...world, home: "/nowhere", port: 0, duckdbMemory: "1GB" };
      doctor = await examineLocal(platformClient(platform.url), settings);
    } finally {
      await platform.stop();
    }
    log = await linesOf(homePaths.log(world.home));
  });
  afterAll(() => world.remove());

  it("finds every task of the run under its id, each with its beginning and its end", () => {
    const ofRun = log.filter((line) => line.runId === runId);
    const outcomes = (name: string) =>
      ofRun.filter((line) => line.function === name).map(({ outcome }) => outcome);

    const once = ["start-run", "prepare", "evaluate", "register", "promote", "end-run", "notify"];
    for (const name of once)
      expect([name, ...outcomes(name)]).toEqual([name, "started", "succeeded"]);
    expect(outcomes("train").toSorted()).toEqual([
      ...Array(outcomes("train").length / 2).fill("started"),
      ...Array(outcomes("train").length / 2).fill("succeeded"),
    ]);
    // tasks in processes of their own among them: nobody else writes without the run's id
    const tasks = log.filter(({ outcome }) => outcome !== undefined);
    expect(tasks.filter((line) => line.runId !== runId).map((line) => line.function)).toEqual([
      "register-definitions",
      "register-definitions",
    ]);
  });

  it("tells two tries of a task apart by the id of the invocation", () => {
    const ids = log.filter((line) => line.runId === runId).map(({ requestId }) => requestId);

    expect(ids.every((id) => typeof id === "string")).toBe(true);
    expect(new Set(ids).size).toBe(ids.length / 2);
  });

  it("finds the run's id in the alert about it", async () => {
    const alerts = await linesOf(homePaths.alerts(world.home));

    expect(alerts).toMatchObject([{ runId, runbook: "docs/runbooks/bad-version.md" }]);
  });

  it("finds the prediction in answer, log and Parquet under the same ids", async () => {
    const ids = answer.predictions.map(({ predictionId }) => predictionId);
    const metrics = await linesOf(homePaths.metrics(world.home));
    const line = metrics.find(({ requestId }) => requestId === "order-7");

    const files = sqlText(join(homePaths.objects(world.home), "predictions/**/*.parquet"));
    const rows = await withDuckdb({ threads: 1 }, ({ connection }) =>
      queryRows(
        connection,
        `SELECT "predictionId", "requestId", "traceId" FROM read_parquet(${files}, hive_partitioning = false) ORDER BY 1`,
      ),
    );

    expect(ids).toEqual([`${line?.predictionId}-0`, `${line?.predictionId}-1`]);
    expect(line).toMatchObject({ traceId: TRACE_ID, status: 200, rows: 2, version: 1 });
    expect(rows).toEqual(ids.map((id) => [id, "order-7", TRACE_ID]));
  });

  it("leaves doctor nothing to say", () => {
    expect(doctor.filter(({ state }) => state === "wrong")).toEqual([]);
    expect(isSound(doctor)).toBe(true);
    expect(doctor.map(({ check }) => check)).toEqual(
      expect.arrayContaining(["platform", "champions", "definitions", "last runs"]),
    );
  });
});
