import { describe, expect, it } from "vitest";
import { IntegrityError, NotFoundError, UnavailableError } from "../../../core/errors.ts";
import { deploymentCache } from "../../../core/inference/deployment-cache.ts";
import type { LoadedVersion } from "../../../core/inference/loaded-version.ts";
import { trialVersions } from "../../../core/inference/trial-versions.ts";
import { type Lease, versionCache } from "../../../core/inference/version-cache.ts";
import { type Canary, NO_ROUTING, type Routing } from "../../../core/routing/deployment.ts";

function setUp(limits: { readonly mostVersions?: number } = {}) {
  let now = 0;
  let champion: number | undefined = 1;
  let routing: Routing = NO_ROUTING;
  let gate: Promise<void> = Promise.resolve();
  let asked = 0;
  const tasks: (() => Promise<void>)[] = [];
  const failures: unknown[] = [];
  const broken = new Set<number>();
  const loaded: number[] = [];
  const clock = () => now;
  const versions = versionCache({
    ...limits,
    clock,
    loadVersion: async (model, version) => {
      await gate;
      if (broken.has(version)) throw new IntegrityError(`version ${version} is broken`);
      loaded.push(version);
      return { model, version, sizeBytes: 1, release: async () => undefined } as LoadedVersion;
    },
  });
  const cache = deploymentCache({
    registry: {
      deployment: async (model) => {
        asked += 1;
        const routed = { model, revision: 0, ...routing };
        return model !== "known" || champion === undefined ? routed : { ...routed, champion };
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
    /** Lets another version take what the cache may hold. */
    crowd: async (version: number) => (await versions.acquire("other", version)).giveBack(),
    failures,
    serving: async () => {
      const { lease } = await cache.acquire("known", () => "ada");
      lease.giveBack();
      return lease.version.version;
    },
    /** Version and route that answer a request of a key, and what it stands in for. */
    routed: async () => {
      const { lease, route, insteadOf } = await cache.acquire("known", () => "ada");
      lease.giveBack();
      return [lease.version.version, route, ...(insteadOf === undefined ? [] : [insteadOf])];
    },
    broken,
    loaded,
    route: (next: Routing) => {
      routing = next;
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

describe("deploymentCache", () => {
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

  it("holds no champion that nobody asks, and loads it again without asking the registry", async () => {
    const { cache, serving, crowd, asked, loaded } = setUp({ mostVersions: 1 });
    await serving();
    expect(cache.champion("known")?.version).toBe(1);

    await crowd(9);
    expect(cache.champion("known")).toBeUndefined();
    expect(await serving()).toBe(1);
    expect(loaded).toEqual([1, 9, 1]);
    expect(asked()).toBe(1);
  });

  it("forgets invented names before they fill the memory, and no model that serves", async () => {
    const { cache, serving, asked } = setUp();
    await serving();
    const invent = (i: number) => cache.acquire(`invented-${i}`).catch(() => undefined);
    for (let i = 0; i < 1_001; i += 1) await invent(i);
    expect(asked()).toBe(1_002);

    await invent(0);
    expect(asked()).toBe(1_003);
    expect(await serving()).toBe(1);
    expect(asked()).toBe(1_003);
    expect([cache.isServing("known"), cache.isServing("invented-1")]).toEqual([true, false]);
  });
});

/** Every key is its. */
const canary = (version: number): { readonly canary: Canary } => ({
  canary: { version, share: 1, step: 0, rollout: "e1", startedAt: "", since: "" },
});
const challenger = (version: number): Routing => ({
  challengers: [{ version, share: 1, slots: [[0, 10_000]], since: "" }],
  shadows: [],
});

describe("a version on trial", () => {
  it("answers once it is loaded behind an answer; until then the champion does", async () => {
    const { routed, route, runTasks, loaded } = setUp();
    route({ ...NO_ROUTING, ...canary(2) });

    expect(await routed()).toEqual([1, "champion"]);
    expect(loaded).toEqual([1]);
    await runTasks();

    expect(await routed()).toEqual([2, "canary"]);
  });

  it("does not answer from the renewal on that finds it gone, and another is loaded behind it", async () => {
    const { routed, route, pass, runTasks } = setUp();
    route(challenger(2));
    await routed();
    await runTasks();
    expect(await routed()).toEqual([2, "challenger"]);

    route(challenger(3));
    pass(2_500);
    expect(await routed()).toEqual([2, "challenger"]);
    await runTasks();
    expect(await routed()).toEqual([3, "challenger"]);
    route(NO_ROUTING);
    pass(60_000);
    expect(await routed()).toEqual([1, "champion"]);
  });

  it("that does not load costs nothing: the champion answers for it, it is told, and tried again", async () => {
    const { routed, route, pass, runTasks, broken, failures } = setUp();
    broken.add(2);
    route(challenger(2));
    await routed();
    await runTasks();

    expect(await routed()).toEqual([1, "champion", 2]);
    expect(failures).toEqual([expect.any(IntegrityError)]);
    broken.clear();
    pass(12_000);
    await routed();
    await runTasks();
    expect(await routed()).toEqual([2, "challenger"]);
  });

  it("is given up where the champion that replaces the champion does not load, as the deployment says", async () => {
    const { routed, route, promote, pass, runTasks, broken } = setUp();
    route(challenger(2));
    await routed();
    await runTasks();
    broken.add(3);
    promote(3);
    route(NO_ROUTING);
    pass(60_000);

    expect(await routed()).toEqual([1, "champion"]);
  });

  it("is no trial where it is champion, and a shadow answers nothing", async () => {
    const { cache, routed, route, promote, runTasks } = setUp();
    promote(2);
    route({ ...challenger(2), shadows: [7], ...canary(2) });
    await routed();
    await runTasks();

    expect(await routed()).toEqual([2, "champion"]);
    expect(cache.shadows("known")).toEqual([7]);
    expect(cache.shadows("unknown")).toEqual([]);
  });

  it("is given back where it left the deployment while it was loading", async () => {
    const given: string[] = [];
    const lease = (version: number) =>
      ({ version: { version }, giveBack: () => given.push(`gave ${version}`) }) as unknown as Lease;
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const failed: unknown[] = [];
    const trials = trialVersions({
      acquire: async (version) => {
        await gate;
        if (version === 3) throw new Error("broken");
        return lease(version);
      },
      onFailure: (error) => failed.push(error),
    });
    const both = Promise.all([trials.set([2, 3])?.(), trials.set([2, 3])?.()]);
    trials.set([2]);
    open();
    await both;

    expect(given).toEqual(["gave 2"]);
    expect([trials.get(2)?.lease?.version.version, trials.get(3)]).toEqual([2, undefined]);
    expect(failed).toHaveLength(2);
    expect(trials.set([2])).toBeUndefined();
    trials.set([]);
    expect(given).toEqual(["gave 2", "gave 2"]);
  });
});
