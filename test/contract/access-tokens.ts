import { describe, expect, it } from "vitest";
import type { AccessToken, AccessTokens } from "../../core/access/access-token.ts";

export interface TokensUnderTest {
  readonly tokens: AccessTokens;
  readonly setTime: (iso: string) => void;
}

const token = (id: string, own: Partial<AccessToken> = {}): AccessToken => ({
  ...{ id, secretHash: "ab".repeat(32), name: "shop", models: ["flights"], actions: ["predict"] },
  ...{ createdAt: "2026-01-01T00:00:00.000Z", expiresAt: "2026-02-01T00:00:00.000Z" },
  created: { by: "ops", why: "the shop asks" },
  ...own,
});

/** What every store of access tokens must do. */
export function accessTokensContract(name: string, make: () => Promise<TokensUnderTest>): void {
  describe(`AccessTokens: ${name}`, () => {
    it("finds and lists what was made, whole", async () => {
      const { tokens } = await make();
      const all = [token("a1"), token("b2", { models: "*", requestsPerSecond: 2.5 })];
      expect(await tokens.list()).toEqual([]);

      for (const one of all) await tokens.create(one);

      expect(await tokens.find("b2")).toEqual(all[1]);
      expect(await tokens.find("a")).toBeUndefined();
      expect(await tokens.list()).toEqual(all);
    });

    it("fails to make an id twice, and keeps the first", async () => {
      const { tokens } = await make();
      await tokens.create(token("a1"));

      await expect(tokens.create(token("a1", { name: "thief" }))).rejects.toMatchObject({
        kind: "conflict",
      });

      expect(await tokens.find("a1")).toEqual(token("a1"));
    });

    it("revokes once, at the instant of the first time", async () => {
      const { tokens, setTime } = await make();
      await tokens.create(token("a1"));
      await tokens.create(token("b2"));
      const leaked = { by: "ops", why: "leaked" };
      const revoked = token("a1", { revokedAt: "2026-01-02T00:00:00.000Z", revoked: leaked });

      setTime("2026-01-02T00:00:00.000Z");
      expect(await tokens.revoke("a1", leaked)).toEqual(revoked);
      setTime("2026-01-03T00:00:00.000Z");
      const both = await Promise.all(
        ["again", "and again"].map((why) => tokens.revoke("a1", { by: "ops", why })),
      );

      expect(both).toEqual([revoked, revoked]);
      expect(await tokens.list()).toEqual([revoked, token("b2")]);
      await expect(tokens.revoke("c3", leaked)).rejects.toMatchObject({ kind: "not-found" });
    });
  });
}
