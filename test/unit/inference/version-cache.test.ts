import { describe, expect, it } from "vitest";
import { IntegrityError, NotFoundError, UnavailableError } from "../../../core/errors.ts";
import type { LoadedVersion } from "../../../core/inference/loaded-version.ts";
import { type VersionCacheOptions, versionCache } from "../../../core/inference/version-cache.ts";
import { memoryForVersions, versionMemory } from "../../../core/inference/version-memory.ts";

function setUp(limits: Partial<VersionCacheOptions> = {}) {
  const loaded: number[] = [];
  const released: number[] = [];
  let now = 0;
  let failWith: Error | undefined;
  const held = new Map<number, Promise<void>>();
  const cache = versionCache({
    clock: () => now,
    loadVersion: async (model, version) => {
      loaded.push(version);
      await held.get(version);
      if (failWith) throw failWith;
      const release = async () => void released.push(version);
      return { model, version, sizeBytes: 100, release } as LoadedVersion;
    },
    ...limits,
  });
  return {
    cache,
    loaded,
    released,
    use: async (version: number) => (await cache.acquire("m", version)).giveBack(),
    fail: (error: Error | undefined) => {
      failWith = error;
    },
    /** Lets a version load no further until what is given back is called. */
    hold: (version: number) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(version, promise);
      return resolve;
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe("versionCache", () => {
  it("loads a version once, also for callers at the same time", async () => {
    const { cache, loaded } = setUp();

    const [a, b] = await Promise.all([cache.acquire("m", 1), cache.acquire("m", 1)]);

    expect(a.version).toBe(b.version);
    expect(loaded).toEqual([1]);
  });

  it.each([
    ["count", { mostVersions: 2 }],
    ["memory", { mostBytes: 2 * versionMemory(100) }],
  ])("forgets the version used longest ago beyond the limit of %s", async (_name, limits) => {
    const { use, loaded, released } = setUp(limits);
    for (const version of [1, 2, 1, 3]) await use(version);

    expect(released).toEqual([2]);
    await use(1);
    expect(loaded).toEqual([1, 2, 3]);
  });

  it("keeps a version that alone is beyond the limit", async () => {
    const { use, loaded } = setUp({ mostBytes: 10 });
    for (const version of [1, 1]) await use(version);

    expect(loaded).toEqual([1]);
  });

  it("releases what it forgot when the last lease is given back, and not before", async () => {
    const { cache, use, released } = setUp({ mostVersions: 1 });
    const first = await cache.acquire("m", 1);
    const second = first.share();
    await use(2);

    first.giveBack();
    expect(released).toEqual([]);
    second.giveBack();
    expect(released).toEqual([1]);
  });

  it("counts neither bytes nor releases of a version that is still loading", async () => {
    const { cache, use, loaded, released, hold } = setUp({ mostVersions: 1 });
    const finish = hold(7);
    const slow = cache.acquire("m", 7);
    await use(1);
    expect(released).toEqual([]);

    finish();

    // It was used longest ago, and is released as soon as it may be.
    (await slow).giveBack();
    expect(loaded).toEqual([7, 1]);
    expect(released).toEqual([7]);
  });

  it("never forgets a version that is lent, and forgets it first once it is given back", async () => {
    const { cache, use, loaded, released } = setUp({ mostVersions: 2 });
    const lent = await cache.acquire("m", 1);
    for (const version of [2, 3, 4]) await use(version);

    expect(cache.loaded("m", 1)?.giveBack()).toBeUndefined();
    expect(released).toEqual([2, 3]);
    lent.giveBack();
    for (const version of [5, 6]) await use(version);
    expect(cache.loaded("m", 1)).toBeUndefined();
    expect(loaded).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("lends what is loaded at once, and nothing that is not", async () => {
    const { cache, use, hold } = setUp();
    const finish = hold(2);
    await use(1);
    const slow = cache.acquire("m", 2);

    expect(cache.loaded("m", 1)?.version.version).toBe(1);
    expect([cache.loaded("m", 2), cache.loaded("other", 1)]).toEqual([undefined, undefined]);
    finish();
    (await slow).giveBack();
  });

  it("reckons memory by measured figures", () => {
    // 384 KiB + 7 * 1,000,000; (1,769 - 384) MB; a quarter of 128 MB
    expect(versionMemory(1_000_000)).toBe(7_393_216);
    expect(memoryForVersions(1_769)).toBe(1_385 * 1_048_576);
    expect(memoryForVersions(128)).toBe(32 * 1_048_576);
  });

  it("fails everyone who waits for a load that fails, and loads once", async () => {
    const { cache, loaded, fail } = setUp();
    const error = new IntegrityError("digest");
    fail(error);

    const both = await Promise.allSettled([cache.acquire("m", 1), cache.acquire("m", 1)]);

    expect(both.map((result) => result.status === "rejected" && result.reason)).toEqual([
      error,
      error,
    ]);
    expect(loaded).toEqual([1]);
  });

  it("survives a version that cannot be released", async () => {
    const { use, loaded } = setUp({
      mostVersions: 1,
      loadVersion: async (model, version) =>
        ({
          model,
          version,
          sizeBytes: 1,
          release: async () => Promise.reject(new Error("session is gone")),
        }) as unknown as LoadedVersion,
    });

    for (const version of [1, 2, 1]) await use(version);

    expect(loaded).toEqual([]);
  });

  it("remembers a bounded number of failures", async () => {
    const { use, loaded, fail } = setUp();
    fail(new NotFoundError("no version"));
    for (let version = 1; version <= 1_001; version += 1) {
      await expect(use(version)).rejects.toThrow(NotFoundError);
    }

    await expect(use(1_001)).rejects.toThrow(NotFoundError);
    expect(loaded).toHaveLength(1_001);
    await expect(use(1)).rejects.toThrow(NotFoundError);
    expect(loaded).toHaveLength(1_002);
  });

  it.each([
    ["broken", new IntegrityError("digest"), 10_000],
    ["unknown", new NotFoundError("no version"), 1_000],
  ])("does not try a version that is %s again at once, but later", async (_name, error, ms) => {
    const { use, loaded, fail, pass } = setUp();
    fail(error);
    for (let i = 0; i < 3; i += 1) await expect(use(1)).rejects.toBe(error);
    expect(loaded).toEqual([1]);

    fail(undefined);
    pass(ms);
    await use(1);
    expect(loaded).toEqual([1, 1]);
  });

  it("tries again at once after what may pass any moment", async () => {
    const { use, loaded, fail } = setUp();
    fail(new UnavailableError("throttled"));
    await expect(use(1)).rejects.toThrow(UnavailableError);
    fail(undefined);
    await use(1);

    expect(loaded).toEqual([1, 1]);
  });
});
