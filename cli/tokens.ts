import type { AccessTokens } from "../core/access/access-token.ts";
import {
  type IssueTokenDeps,
  issueToken,
  type ShownToken,
  shownToken,
} from "../core/access/issue-token.ts";
import type { Change } from "../core/registry/records.ts";
import { newCredentials } from "../engine/new-credentials.ts";
import { sha256 } from "../engine/sha256.ts";
import type { Client } from "./client.ts";

type Issued = Awaited<ReturnType<typeof issueToken>>;

/** Tokens of one platform, wherever it runs. */
export interface TokenDesk {
  create(order: object): Promise<Issued>;
  list(): Promise<readonly ShownToken[]>;
  revoke(id: string, change: Change): Promise<ShownToken>;
}

/** The local platform's tokens, through its control API. */
export const localDesk = (client: Client): TokenDesk => ({
  create: async (order) => (await client.call("POST", "/api/tokens", order)) as Issued,
  list: async () => (await client.call("GET", "/api/tokens")) as readonly ShownToken[],
  revoke: async (id, change) =>
    (await client.call(
      "POST",
      `/api/tokens/${encodeURIComponent(id)}/revocation`,
      change,
    )) as ShownToken,
});

/** Tokens of a deployment, straight in its registry: who may write there may make tokens. */
export function registryDesk(
  deps: Pick<IssueTokenDeps, "registry"> & { readonly tokens: AccessTokens },
): TokenDesk {
  const { tokens, registry } = deps;
  const clock = Date.now;
  return {
    create: (order) => issueToken({ tokens, registry, newCredentials, sha256, clock }, order),
    list: async () => (await tokens.list()).map((token) => shownToken(token, clock())),
    revoke: async (id, change) => shownToken(await tokens.revoke(id, change), clock()),
  };
}

/** @throws {RefusedError} if there is no such stack, or it may not be looked at */
export async function deployedDesk(stack: string, region?: string): Promise<TokenDesk> {
  // the clients of AWS take half a second to load, which a local command should not wait for
  const { deployedRegistry, deployedTokens, describeDeployment } = await import("./deployment.ts");
  const deployment = await describeDeployment(stack, region);
  return registryDesk({
    registry: deployedRegistry(deployment),
    tokens: deployedTokens(deployment),
  });
}
