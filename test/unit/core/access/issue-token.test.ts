import { describe, expect, it } from "vitest";
import { type AccessToken, credentialsOf } from "../../../../core/access/access-token.ts";
import { issueToken, shownToken } from "../../../../core/access/issue-token.ts";
import type { ModelRecord } from "../../../../core/registry/records.ts";
import { newCredentials } from "../../../../engine/new-credentials.ts";
import { sha256 } from "../../../../engine/sha256.ts";

const ORDER = { name: "shop", models: ["flights"], actions: ["predict"], by: "ops", why: "asked" };
const NOW = Date.parse("2026-01-01T00:00:00Z");

function setUp(models: readonly string[] = ["flights"]) {
  const kept: AccessToken[] = [];
  const issue = (changes: object = {}) =>
    issueToken(
      {
        tokens: { create: async (token) => void kept.push(token) },
        registry: { models: async () => models.map((model) => ({ model }) as ModelRecord) },
        ...{ newCredentials, sha256, clock: () => NOW },
      },
      { ...ORDER, ...changes },
    );
  return { kept, issue };
}

describe("issueToken", () => {
  it("gives the secret once, and keeps what it is checked by", async () => {
    const { kept, issue } = setUp();

    const { token, record } = await issue({ requestsPerSecond: 5, models: ["flights", "flights"] });

    const { id, secret } = credentialsOf(`Bearer ${token}`);
    expect(kept).toEqual([
      {
        ...{ id, secretHash: sha256(secret), name: "shop", models: ["flights"] },
        ...{ actions: ["predict"], requestsPerSecond: 5 },
        createdAt: "2026-01-01T00:00:00.000Z",
        expiresAt: "2026-04-01T00:00:00.000Z",
        created: { by: "ops", why: "asked" },
      },
    ]);
    expect(JSON.stringify([kept, record])).not.toContain(secret);
    expect(record).not.toHaveProperty("secretHash");
    expect((await issue()).token).not.toBe(token);
  });

  it("makes one for all models, which may send events", async () => {
    const { kept, issue } = setUp();

    await issue({ models: "*", actions: ["events", "events"], days: 365 });

    expect(kept[0]).toMatchObject({ models: "*", actions: ["events"] });
    expect(kept[0]).not.toHaveProperty("requestsPerSecond");
    expect(kept[0]?.expiresAt).toBe("2027-01-01T00:00:00.000Z");
  });

  it.each<[string, object, RegExp]>([
    ["no name", { name: "" }, /^name: must be 1 to 80 letters/],
    ["a line break in the name", { name: "a\nb" }, /^name: must be/],
    ["an unknown model", { models: ["flights", "ships"] }, /no model ships; known are flights$/],
    ["no model", { models: [] }, /^models: /],
    ["a model that is no list", { models: "flights" }, /^models: must be names of models, or "\*"/],
    ["an unknown action", { actions: ["delete"] }, /^actions\[0\]: /],
    ["no action", { actions: [] }, /^actions: /],
    ["events of some models", { actions: ["events"] }, /^actions: "events" is for a token of all/],
    ["more than a year", { days: 366 }, /^days: .*365/],
    ["no day", { days: 0 }, /^days: /],
    ["no rate", { requestsPerSecond: 0 }, /^requestsPerSecond: /],
    ["no reason", { why: "" }, /^why: /],
    ["a secret of one's own", { secret: "x" }, /^secret: is not known here/],
  ])("refuses %s and makes none", async (_what, changes, message) => {
    const { kept, issue } = setUp();

    await expect(issue(changes)).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringMatching(message) as string,
    });
    expect(kept).toEqual([]);
  });

  it("says that there are no models where there are none", async () => {
    await expect(setUp([]).issue()).rejects.toThrow("known are none");
  });
});

describe("shownToken", () => {
  it("tells a valid token from one that expired or was revoked", async () => {
    const { kept, issue } = setUp();
    await issue({ days: 1 });
    const token = kept[0] as AccessToken;
    const day = 86_400_000;

    expect(shownToken(token, NOW + day - 1).state).toBe("valid");
    expect(shownToken(token, NOW + day).state).toBe("expired");
    const revoked = { ...token, revokedAt: "2026-01-01T01:00:00.000Z" };
    expect(shownToken(revoked, NOW).state).toBe("revoked");
  });
});
