import { describe, expect, it } from "vitest";
import type { AccessToken } from "../../../../core/access/access-token.ts";
import { tokenMemory } from "../../../../core/access/token-memory.ts";
import { TooManyRequestsError, UnavailableError } from "../../../../core/errors.ts";

const token = (id: string): AccessToken => ({
  id,
  secretHash: "0".repeat(64),
  name: id,
  models: "*",
  actions: ["predict"],
  createdAt: "2026-01-01T00:00:00Z",
  created: { by: "ops", why: "the shop asks" },
  expiresAt: "2027-01-01T00:00:00Z",
});

/** A registry with the tokens a, b and c, that can be out of order. */
function setUp(
  options: { readonly mostRemembered?: number; readonly readsPerSecond?: number } = {},
) {
  let now = 0;
  let outage: Error | undefined;
  const reads: string[] = [];
  const tokens = {
    find: async (id: string) => {
      reads.push(id);
      if (outage !== undefined) throw outage;
      return ["a", "b", "c"].includes(id) ? token(id) : undefined;
    },
  };
  const lookUp = tokenMemory({ tokens, clock: () => now, ...options });
  return {
    lookUp,
    reads,
    pass: (ms: number) => {
      now += ms;
    },
    fail: (error: Error | undefined) => {
      outage = error;
    },
  };
}

describe("remembered tokens", () => {
  it("are read once in 30 s, an id without a token too", async () => {
    const { lookUp, reads, pass } = setUp();
    for (const id of ["a", "x", "a", "x"]) await lookUp(id);
    pass(29_999);
    for (const id of ["a", "x"]) await lookUp(id);
    expect(reads).toEqual(["a", "x"]);
    pass(1);
    for (const id of ["a", "x"]) await lookUp(id);
    expect(reads).toEqual(["a", "x", "a", "x"]);
  });

  it("are read once at a time", async () => {
    const { lookUp, reads } = setUp();
    await Promise.all([lookUp("a"), lookUp("a"), lookUp("a")]);
    expect(reads).toEqual(["a"]);
  });

  it("are driven out by no id that somebody made up, but by what is used later", async () => {
    const { lookUp, reads } = setUp({ mostRemembered: 2, readsPerSecond: 1_000 });
    for (const id of ["a", "b"]) await lookUp(id);
    for (let i = 0; i < 100; i++) await lookUp(`x${i}`);
    await lookUp("a");
    await lookUp("c");
    reads.length = 0;
    for (const id of ["a", "b"]) await lookUp(id);
    expect(reads).toEqual(["b"]);
  });

  it("cost so many reads a second of unknown ids, while known ones are answered", async () => {
    const { lookUp, reads, pass } = setUp({ readsPerSecond: 3 });
    await lookUp("a");
    for (const id of ["x1", "x2"]) await lookUp(id);
    await expect(lookUp("x3")).rejects.toThrow(TooManyRequestsError);
    expect(await lookUp("a")).toMatchObject({ id: "a" });
    expect(reads).toEqual(["a", "x1", "x2"]);
    pass(1_000);
    expect(await lookUp("x3")).toBeUndefined();
  });

  it("hold for 60 s while the registry cannot be read, which is then asked once a second", async () => {
    const { lookUp, reads, pass, fail } = setUp();
    await lookUp("a");
    fail(new Error("timeout"));
    pass(30_000);
    expect(await lookUp("a")).toMatchObject({ id: "a" });
    expect(await lookUp("a")).toMatchObject({ id: "a" });
    expect(reads).toHaveLength(2);
    pass(29_999);
    expect(await lookUp("a")).toMatchObject({ id: "a" });
    pass(1);
    await expect(lookUp("a")).rejects.toThrow(UnavailableError);
    fail(undefined);
    expect(await lookUp("a")).toMatchObject({ id: "a" });
  });

  it("that were never read are told as what failed", async () => {
    const { lookUp, fail } = setUp();
    const own = new UnavailableError("registry is throttled");
    fail(own);
    await expect(lookUp("b")).rejects.toBe(own);
    fail(new Error("timeout"));
    await expect(lookUp("b")).rejects.toThrow("tokens cannot be read");
  });
});
