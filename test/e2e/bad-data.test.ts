import { copyFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { homePaths } from "../../local/local-environment.ts";
import type { Platform } from "../../local/platform.ts";
import { alertsOf } from "../fixtures/e2e/alerts.ts";
import {
  ask,
  championOf,
  endOf,
  entered,
  predict,
  runsOf,
  startTraining,
  versionsOf,
} from "../fixtures/e2e/http.ts";
import { MODEL, makeWorld, type World, writeFlights } from "../fixtures/e2e/world.ts";
import { startWorldPlatform } from "../fixtures/e2e/world-platform.ts";

/** What may come of the upload of a new month: whatever it is, yesterday's model must go on. */
describe("a source that is bad", () => {
  let world: World;
  let platform: Platform;
  let url: string;
  let source: string;

  beforeAll(async () => {
    world = await makeWorld();
    platform = await startWorldPlatform(world);
    url = platform.url;
    source = join(homePaths.objects(world.home), `sources/${MODEL}/flights.parquet`);
    await endOf(url, await startTraining(url));
  });
  afterAll(async () => {
    await platform?.stop();
    await world.remove();
  });

  const writeColumns = (columns: string) => writeFlights(source, { columns });

  it.each([
    ["is missing", "NotFoundError", /flights\.parquet.*missing/, () => rm(source)],
    ["is empty", "DataContractError", /is empty/, () => writeFile(source, "")],
    ["has no rows", "DataContractError", /no rows/, () => writeFlights(source, { where: "false" })],
    ["is no Parquet", "DataContractError", /cannot be read/, () => writeFile(source, "PAR1 no")],
    [
      "lacks a column",
      "DataContractError",
      /column distance is missing/,
      () => writeColumns("* EXCLUDE (distance)"),
    ],
    [
      "has a column of another type",
      "DataContractError",
      /column distance is VARCHAR/,
      () => writeColumns("* REPLACE ('far' AS distance)"),
    ],
    [
      "has 5% broken rows",
      "DataContractError",
      /5\.\d+%|0\.05|quarantine/,
      () => writeColumns("* REPLACE (if(random() < 0.05, -1, distance) AS distance)"),
    ],
    [
      "has one class only",
      "DataContractError",
      /of class 0; both classes are needed/,
      () => writeColumns("* REPLACE (0 AS delay)"),
    ],
  ])(
    "%s: the run fails and says why, nothing else changes",
    async (_name, error, message, spoil) => {
      const versions = await versionsOf(url);
      const alerts = await alertsOf(world);
      await rm(source, { force: true });
      await writeFile(source, "");
      await spoil();

      const ended = await endOf(url, await startTraining(url));

      expect(ended.status).toBe("failed");
      const [run] = await runsOf(url);
      expect(run).toMatchObject({ runId: ended.name, status: "failed", error: { name: error } });
      expect(run?.error?.message).toMatch(message);
      expect(run?.error?.message).not.toContain(world.folder);
      expect((await alertsOf(world)).slice(alerts.length)).toMatchObject([
        { severity: "critical", model: MODEL, detail: expect.stringMatching(message) },
      ]);
      expect(await versionsOf(url)).toEqual(versions);
      expect(await championOf(url)).toBe(1);
      expect(await predict(url)).toMatchObject({ status: 200, body: { version: 1 } });
      expect((await ask(url, "GET", `/v2/models/${MODEL}/ready`)).status).toBe(200);
    },
  );

  it("is put right: the next run prepares the dataset that is there already, and trains", async () => {
    await copyFile(join(world.modelsFolder, MODEL, "flights.parquet"), source);

    await entered(url, await startTraining(url), "Train");

    const datasets = join(homePaths.objects(world.home), `datasets/${MODEL}`);
    expect(await readdir(datasets)).toHaveLength(1);
  });
});
