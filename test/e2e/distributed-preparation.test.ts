import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { homePaths } from "../../local/local-environment.ts";
import type { Platform } from "../../local/platform.ts";
import { endOf, runsOf, startTraining } from "../fixtures/e2e/http.ts";
import { MODEL, makeWorld, type World, writeFlights } from "../fixtures/e2e/world.ts";
import { startWorldPlatform } from "../fixtures/e2e/world-platform.ts";

const FILES = [
  ["winter.parquet", "date < '2001-03-01'"],
  ["none.parquet", "false"],
  ["spring.parquet", "date >= '2001-03-01'"],
] as const;

describe("a source that is prepared file by file", () => {
  let world: World;
  let platform: Platform;
  let folder: string;
  let whole: string;

  /**
   * Starts the platform over the same home with this preparation and these files; the model lies in a
   * folder of its own, since a process imports a file once.
   */
  async function deploy(preparation: string, files: readonly string[]): Promise<void> {
    const from = (name: string) => `../../models/${MODEL}/${name}`;
    const listed = JSON.stringify(files.map((name) => ({ name, from: from(name) })));
    const model = whole
      .replace(/files: \[.*\],/, `files: ${listed},`)
      .replace(
        "candidates: [",
        `compute: { preparation: { on: "${preparation}" } }, candidates: [`,
      );
    await platform?.stop();
    const modelsFolder = join(world.folder, `${preparation}-${files.length}`);
    await mkdir(join(modelsFolder, MODEL), { recursive: true });
    await writeFile(join(modelsFolder, MODEL, "model.ts"), model);
    platform = await startWorldPlatform({ ...world, modelsFolder });
  }
  const names = FILES.map(([name]) => name);

  beforeAll(async () => {
    world = await makeWorld();
    folder = join(world.modelsFolder, MODEL);
    whole = await readFile(join(folder, "model.ts"), "utf8");
    for (const [name, where] of FILES) await writeFlights(join(folder, name), { where });
  });
  afterAll(async () => {
    await platform?.stop();
    await world.remove();
  });

  it("makes a champion of the dataset that one function makes of the same files", async () => {
    await deploy("distributed-map", names);
    const { url } = platform;
    const name = await startTraining(url);
    await endOf(url, name);
    const execution = platform.executions.find(name);
    await deploy("lambda", names);
    await endOf(platform.url, await startTraining(platform.url));

    const children = execution?.states.filter(({ state }) => state === "StageSource");
    expect(children?.map(({ index, status }) => [index, status]).toSorted()).toEqual([[0, "done"]]);
    const runs = await runsOf(platform.url);
    expect(runs.map(({ status }) => status)).toEqual([
      expect.stringMatching(/succeeded|rejected/),
      "succeeded",
    ]);
    expect(new Set(runs.map(({ datasetDigest }) => datasetDigest)).size).toBe(1);
  }, 120_000);

  it("keeps nothing staged once the dataset is there", async () => {
    const staged = join(homePaths.objects(world.home), "staged");

    const entries = await readdir(staged, { recursive: true }).catch(() => []);
    expect(entries.filter((name) => /\.(parquet|json)$/.test(name))).toEqual([]);
  });

  it("fails by the file that cannot be used, and names it", async () => {
    await writeFlights(join(folder, "bad.parquet"), { columns: "* EXCLUDE (distance)" });
    await deploy("distributed-map", [...names, "bad.parquet"]);

    const name = await startTraining(platform.url);
    await endOf(platform.url, name);

    const run = (await runsOf(platform.url)).find(({ runId }) => runId === name);
    expect(run).toMatchObject({
      status: "failed",
      error: {
        name: "DataContractError",
        message: expect.stringContaining(
          "source file bad.parquet breaks the contract: column distance is missing",
        ),
      },
    });
  }, 60_000);
});
