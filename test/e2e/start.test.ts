import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { runChild, startChild } from "../fixtures/e2e/child.ts";
import { makeWorld, type World } from "../fixtures/e2e/world.ts";

/** What a person reads who types `npm start` where something is wrong. */
describe("npm start", () => {
  let world: World;
  const taken = createServer();

  beforeAll(async () => {
    world = await makeWorld(1_000);
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    taken.close();
    await world?.remove();
  });

  const variables = (more: Readonly<Record<string, string>>) => ({
    PORT: "0",
    MILLRACE_HOME: world.home,
    MILLRACE_MODELS: world.modelsFolder,
    ...more,
  });

  /** A folder of models, each a `model.ts` with the text. */
  const modelsFolder = async (name: string, ...texts: readonly string[]) => {
    const folder = join(world.folder, name);
    for (const [i, text] of texts.entries()) {
      await mkdir(join(folder, `model-${i}`), { recursive: true });
      await writeFile(join(folder, `model-${i}`, "model.ts"), text);
    }
    return folder;
  };

  it.each<[string, RegExp, () => Promise<Record<string, string>> | Record<string, string>]>([
    [
      "a port that is none",
      /PORT is a number from 0 to 65535, got http$/,
      () => ({ PORT: "http" }),
    ],
    [
      "a port that is taken",
      /port \d+ is taken; choose another with PORT$/,
      () => ({ PORT: String((taken.address() as AddressInfo).port) }),
    ],
    [
      "a home that is a file",
      /nothing can be kept in .*; choose another folder/,
      () => ({ MILLRACE_HOME: "LICENSE" }),
    ],
    [
      "a size that is none",
      /MILLRACE_DUCKDB_MEMORY is a size/,
      () => ({ MILLRACE_DUCKDB_MEMORY: "all" }),
    ],
    [
      "no folder of models",
      /the folder of models cannot be read: ENOENT/,
      () => ({ MILLRACE_MODELS: join(world.folder, "none") }),
    ],
    [
      "a model file that is no TypeScript",
      /model\.ts:1 cannot be loaded: SyntaxError/,
      async () => ({ MILLRACE_MODELS: await modelsFolder("syntax", "export const model = {") }),
    ],
    [
      "a model file that throws",
      /model\.ts:2 cannot be loaded: Error: boom$/,
      async () => ({
        MILLRACE_MODELS: await modelsFolder("throws", 'let x;\nthrow new Error("boom");'),
      }),
    ],
    [
      "a model file that imports what is not there",
      /model\.ts cannot be loaded: .*Cannot find module/,
      async () => ({ MILLRACE_MODELS: await modelsFolder("imports", 'import "./none.ts";') }),
    ],
    [
      "a model file without a model",
      /does not export a const named model; export one$/,
      async () => ({ MILLRACE_MODELS: await modelsFolder("empty", "export {};") }),
    ],
    [
      "a wrong definition",
      /definition of model "m" is wrong: .*ownr: is not a known field/,
      async () => ({
        MILLRACE_MODELS: await modelsFolder(
          "wrong",
          'export const model = { name: "m", ownr: "me" };',
        ),
      }),
    ],
  ])("says in one line what is wrong with %s", async (_name, message, wrong) => {
    const { code, stdout, stderr } = await runChild(["cli/start.ts"], variables(await wrong()));

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^millrace: [^\n]*\n$/);
    expect(stderr.trimEnd()).toMatch(message);
  });

  const start = (more: Readonly<Record<string, string>>) => {
    const platform = startChild(["cli/start.ts"], variables(more));
    onTestFinished(() => platform.kill("SIGKILL"));
    return platform;
  };

  it("serves without any model, and says so", async () => {
    const folder = await modelsFolder("nothing");
    await mkdir(folder);
    const platform = start({ MILLRACE_MODELS: folder });

    await platform.says(/^there is no model yet: .* has no folder with a model\.ts$/m);

    platform.kill("SIGTERM");
    expect(await platform.ended).toEqual({ code: 0, signal: null });
  });

  it("goes on where a source is missing: the run fails and says why", async () => {
    await rm(join(world.modelsFolder, "flights", "flights.parquet"));
    const home = join(world.folder, "home-without-source");
    const platform = start({ MILLRACE_HOME: home });

    await platform.says(
      /the run failed: NotFoundError: source file flights\.parquet of model flights/,
    );

    expect(platform.stderr()).toMatch(
      /^source file flights\.parquet .* is not at flights\.parquet; correct source\.files in its model\.ts\nflights: training run \S+ failed\n$/,
    );
    platform.kill("SIGINT");
    expect(await platform.ended).toEqual({ code: 0, signal: null });
  });
});
