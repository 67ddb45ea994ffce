import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  championOf,
  endOf,
  entered,
  idsOf,
  predict,
  runsOf,
  versionsOf,
} from "../fixtures/e2e/http.ts";
import { predictionsInParquet, predictionsInQueue } from "../fixtures/e2e/logged-predictions.ts";
import {
  type PlatformProcess,
  startPlatformChild,
  startPlatformProcess,
} from "../fixtures/e2e/platform-process.ts";
import { processesBelow, stillThere } from "../fixtures/e2e/processes.ts";
import { until } from "../fixtures/e2e/until.ts";
import { makeWorld, type World } from "../fixtures/e2e/world.ts";

let world: World;
let started: PlatformProcess[];

beforeEach(async () => {
  started = [];
  world = await makeWorld();
});
afterEach(async () => {
  for (const platform of started) {
    platform.kill("SIGKILL");
    await platform.ended;
  }
  await world.remove();
});

const start = async () => {
  const platform = await startPlatformProcess(world);
  started.push(platform);
  return platform;
};

/** Kills the platform and waits until everything that it had started is gone. */
const kill = async (platform: PlatformProcess) => {
  const below = await processesBelow(platform.pid);
  platform.kill("SIGKILL");
  await platform.ended;
  await until("nothing is left", async () => (await stillThere(below)).length === 0, 5_000);
  return below;
};

/** The run that a platform starts by itself where there is no champion. */
const firstRun = (url: string) =>
  until("a run is recorded", async () =>
    (await runsOf(url)).find(({ status }) => status === "running"),
  );

const trained = async ({ url }: PlatformProcess) => endOf(url, (await firstRun(url)).runId);

describe("a platform that is killed", () => {
  it.each(["Prepare", "Train"])("in %s has no half version and can train anew", async (state) => {
    const first = await start();
    const { runId } = await firstRun(first.url);
    await entered(first.url, runId, state);
    await until("its function has a process", async () =>
      (await processesBelow(first.pid)).some(({ command }) => command.includes("-entry.ts")),
    );

    const below = await kill(first);

    expect(below.map(({ command }) => command).join("\n")).toMatch(/dynoxide[\s\S]*-entry\.ts/);
    const second = await start();
    expect(await versionsOf(second.url)).toEqual([]);
    const anew = await firstRun(second.url);
    expect((await runsOf(second.url)).find((run) => run.runId === runId)).toMatchObject({
      status: "failed",
      error: { name: "Interrupted" },
    });
    await entered(second.url, anew.runId, "Train");
    expect(await readdir(join(world.folder, "tmp"))).toEqual([]);
  });

  it("keeps versions and what it had logged; Ctrl-C then loses nothing at all", async () => {
    const first = await start();
    await trained(first);
    const answers = await Promise.all(Array.from({ length: 20 }, () => predict(first.url)));
    const versions = await versionsOf(first.url);
    // a record is written when its answer is out: what is lost by a kill is what is answered just then
    await until("all are logged", async () => {
      const logged = [...(await predictionsInQueue(world)), ...(await predictionsInParquet(world))];
      return new Set(logged).size === 20;
    });

    await kill(first);
    const second = await start();

    expect(await versionsOf(second.url)).toEqual(versions);
    expect(await championOf(second.url)).toBe(1);
    const more = await Promise.all(Array.from({ length: 200 }, () => predict(second.url)));
    const [before, after] = [answers, more].map((some) => some[0]?.body.predictions[0]);
    expect(after?.probability).toBe(before?.probability);
    second.kill("SIGINT");
    expect(await second.ended).toEqual({ code: 0, signal: null });
    expect(new Set(await predictionsInParquet(world))).toEqual(
      new Set(idsOf([...answers, ...more])),
    );
    expect(await predictionsInQueue(world)).toEqual([]);
    expect(second.stderr()).toBe("");
  });
});

describe("a platform that is interrupted by Ctrl-C", () => {
  it("in the middle of a run records it as failed, leaves no process, and lets the home go", async () => {
    const first = await start();
    const { runId } = await firstRun(first.url);
    const refused = startPlatformChild(world);
    expect((await refused.ended).code).toBe(1);
    expect(refused.stderr()).toMatch(
      new RegExp(
        `^millrace: process ${first.pid} already runs the platform in .*MILLRACE_HOME\\n$`,
      ),
    );
    await entered(first.url, runId, "Train");
    const below = await processesBelow(first.pid);

    first.kill("SIGINT");

    expect(await first.ended).toEqual({ code: 0, signal: null });
    expect(await stillThere(below)).toEqual([]);
    const second = await start();
    expect((await runsOf(second.url)).find((run) => run.runId === runId)).toMatchObject({
      status: "failed",
      error: { name: "PlatformStoppedError", message: "the platform was stopped during the run" },
    });
  });
});
