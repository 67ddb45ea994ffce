import { describe, expect, it } from "vitest";
import { NotFoundError, UnavailableError } from "../../../core/errors.ts";
import { aliasCache } from "../../../core/inference/alias-cache.ts";
import type { LoadedVersion } from "../../../core/inference/loaded-version.ts";
import { versionCache } from "../../../core/inference/version-cache.ts";

function setUp() {
  let now = 0;
  let champion: number | undefined = 1;
  let gate: Promise<void> = Promise.resolve();
  let asked = 0;
  const tasks: (() => Promise<void>)[] = [];
  const failures: unknown[] = [];
  const clock = () => now;
  const versions = versionCache({
    clock,
    loadVersion: async (model, version) => {
      await gate;
      return { model, version, sizeBytes: 1, release: async () => undefined } as LoadedVersion;
    },
  });
  const cache = aliasCache({
    registry: {
      aliases: async (model) => {
        asked += 1;
        if (model !== "known" || champion === undefined) return [];
        return [{ model, alias: "champion", version: champion, since: "", by: "" }];
      },
      model: async (model) => {
        if (model !== "known") throw new NotFoundError(`no model ${model}`);
        return { model, owner: "", description: "", definitionDigest: "", updatedAt: "" };
      },
    },
    versions,
    clock,
    afterAnswer: (task) => void tasks.push(task),
    onRefreshFailure: (_model, error) => void failures.push(error),
  });
  return {
    cache,
    failures,
    serving: async () => {
      const lease = await cache.acquire("known", "champion");
      lease.giveBack();
      return lease.version.version;
    },
    promote: (version: number | undefined) => {
      champion = version;
    },
    pass: (ms: number) => {
      now += ms;
    },
    /** Loads wait until the function returned is called. */
    holdLoads: () => {
      let open = () => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
    runTasks: () => Promise.all(tasks.splice(0).map((task) => task())),
    asked: () => asked,
  };
}

describe("aliasCache", () => {
  it("answers with what is true now once its knowledge is 10 seconds old, not before", async () => {
    const { serving, promote, pass } = setUp();
    await serving();
    promote(2);

    pass(9_999);
    expect(await serving()).toBe(1);
    pass(1);
    expect(await serving()).toBe(2);
  });

  it("keeps serving without waiting while a slow version loads, however long it takes", async () => {
    const { serving, promote, pass, holdLoads, runTasks } = setUp();
    await serving();
    promote(2);
    const release = holdLoads();
    pass(2_500);
    await serving();
    const renewed = runTasks();

    pass(60_000);
    expect(await serving()).toBe(1);
    release();
    await renewed;
    expect(await serving()).toBe(2);
  });

  it("lets every request wait for the one renewal after a long sleep", async () => {
    const { serving, promote, pass, asked } = setUp();
    await serving();
    promote(2);
    pass(60_000);

    expect(await Promise.all([serving(), serving(), serving()])).toEqual([2, 2, 2]);
    expect(asked()).toBe(2);
  });

  it("renews once for many requests that asked for it behind their answers", async () => {
    const { serving, pass, runTasks, asked } = setUp();
    await serving();
    pass(2_500);
    await Promise.all([serving(), serving()]);
    await runTasks();
    await runTasks();

    expect(asked()).toBe(2);
  });

  it("keeps what served where the alias is gone, and tells", async () => {
    const { serving, promote, pass, failures } = setUp();
    await serving();
    promote(undefined);
    pass(60_000);

    expect(await serving()).toBe(1);
    expect(failures).toEqual([expect.any(UnavailableError)]);
  });

  it("fails with UnavailableError until there is a champion, asking every two seconds", async () => {
    const { serving, promote, pass, asked } = setUp();
    promote(undefined);
    for (let i = 0; i < 3; i += 1) await expect(serving()).rejects.toThrow(UnavailableError);
    expect(asked()).toBe(1);

    promote(1);
    pass(2_000);
    expect(await serving()).toBe(1);
  });

  it("forgets invented names before they fill the memory, and no model that serves", async () => {
    const { cache, serving, asked } = setUp();
    await serving();
    const invent = (i: number) => cache.acquire(`invented-${i}`, "champion").catch(() => undefined);
    for (let i = 0; i < 1_000; i += 1) await invent(i);
    expect(asked()).toBe(1_001);

    await invent(0);
    expect(asked()).toBe(1_002);
    expect(await serving()).toBe(1);
    expect(asked()).toBe(1_002);
    expect([cache.isServing("known"), cache.isServing("invented-1")]).toEqual([true, false]);
  });
});
