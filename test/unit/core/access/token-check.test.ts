import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  type AccessToken,
  credentialsOf,
  tokenText,
} from "../../../../core/access/access-token.ts";
import { tokenCheck } from "../../../../core/access/token-check.ts";
import { REMEMBERED_MS } from "../../../../core/access/token-memory.ts";
import { UnavailableError } from "../../../../core/errors.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const id = "0123456789abcdef";
const secret = "s".repeat(43);
const bearer = `Bearer ${tokenText({ id, secret })}`;
const token: AccessToken = {
  ...{ id, name: "shop", secretHash: sha256(secret), models: ["a"], actions: ["predict"] },
  created: { by: "ops", why: "the shop asks" },
  ...{ createdAt: "1970-01-01T00:00:00.000Z", expiresAt: "1970-01-01T01:00:00.000Z" },
};
const wanted = { action: "predict", model: "a" } as const;

function world(given: AccessToken | undefined = token) {
  const state = { now: 0, reads: 0, stored: given, isDown: false };
  const find = async (asked: string) => {
    state.reads += 1;
    if (state.isDown) throw new UnavailableError("down");
    return asked === id ? state.stored : undefined;
  };
  const check = tokenCheck({ tokens: { find }, sha256, clock: () => state.now, mostRemembered: 2 });
  return { state, check };
}

describe("tokenCheck", () => {
  it("knows its caller, and reads the registry once in 30 s and once at a time", async () => {
    const { state, check } = world();
    await Promise.all([check(bearer, wanted), check(bearer, wanted)]);
    expect(await check(bearer, wanted)).toBe(token);
    expect(state.reads).toBe(1);
    state.now = REMEMBERED_MS;
    await check(bearer, wanted);
    expect(state.reads).toBe(2);
  });

  it("refuses a revoked token within a minute, and an expired one at its instant", async () => {
    const { state, check } = world();
    await check(bearer, wanted);
    state.stored = { ...token, revokedAt: "1970-01-01T00:00:01.000Z" };
    state.now = 30_000;
    await expect(check(bearer, wanted)).rejects.toThrow("revoked");
    state.stored = token;
    state.now = 3_599_999;
    await check(bearer, wanted);
    state.now = 3_600_000;
    await expect(check(bearer, wanted)).rejects.toThrow("expired");
  });

  it("refuses where an instant cannot be read", async () => {
    const { check } = world({ ...token, expiresAt: "never" });
    await expect(check(bearer, wanted)).rejects.toThrow("expired");
  });

  it.each([
    ["none", undefined],
    ["another scheme", `Basic ${bearer.slice(7)}`],
    ["another alphabet", `Bearer mrt_${id}_${"é".repeat(43)}`],
    ["100 kB", `Bearer mrt_${id}_${"s".repeat(100_000)}`],
    ["two headers", `${bearer},${bearer}`],
    ["a wrong secret", `${bearer.slice(0, -1)}t`],
    ["an unknown id", bearer.replace(id, "f".repeat(16))],
  ])("refuses %s", async (_what, header) => {
    const { check } = world();
    await expect(check(header, wanted)).rejects.toMatchObject({ kind: "unauthorised" });
  });

  it.each([
    [{ action: "predict", model: "b" }],
    [{ action: "read", model: "a" }],
    [{ action: "predict" }],
  ] as const)("forbids %j", async (other) => {
    await expect(world().check(bearer, other)).rejects.toMatchObject({ kind: "forbidden" });
    const open = world({ ...token, models: "*", actions: ["predict", "read"] });
    expect(await open.check(bearer, other)).toMatchObject({ name: "shop" });
  });

  it("fails closed while the registry is down, and asks again", async () => {
    const { state, check } = world();
    state.isDown = true;
    await expect(check(bearer, wanted)).rejects.toMatchObject({ kind: "unavailable" });
    state.isDown = false;
    await check(bearer, wanted);
    expect(state.reads).toBe(2);
  });

  it("remembers unknown ids, and no more than it may", async () => {
    const { state, check } = world();
    const forged = (digit: string) => bearer.replace(id, digit.repeat(16));
    for (const digit of ["1", "1", "2", "3", "1"]) {
      await expect(check(forged(digit), wanted)).rejects.toThrow("unknown");
    }
    expect(state.reads).toBe(4);
  });

  it("reads what it writes", () => {
    expect(credentialsOf(bearer)).toEqual({ id, secret });
  });

  it("takes any good token where nothing is wanted, and no other", async () => {
    const { check } = world();
    expect(await check(bearer, undefined)).toBe(token);
    await expect(check(bearer.replace("s", "t"), undefined)).rejects.toThrow("unknown");
  });
});
