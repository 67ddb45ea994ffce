import { issueToken, shownToken, tokenChange } from "../core/access/issue-token.ts";
import { parseMessage } from "../core/run/parse-message.ts";
import { newCredentials } from "../engine/new-credentials.ts";
import { sha256 } from "../engine/sha256.ts";
import { type ControlCall, found } from "./control-call.ts";

/** Calls about access tokens. Only the answer that makes one has its secret. */
export const TOKEN_CALLS: readonly (readonly [string, string, ControlCall])[] = [
  [
    "GET",
    "/api/tokens",
    async ({ tokens }) =>
      found((await tokens.list()).map((token) => shownToken(token, Date.now()))),
  ],
  [
    "POST",
    "/api/tokens",
    async ({ tokens, registry }, _path, { body }) => ({
      status: 201,
      body: await issueToken({ tokens, registry, newCredentials, sha256, clock: Date.now }, body),
    }),
  ],
  [
    "POST",
    "/api/tokens/:/revocation",
    async ({ tokens }, [id = ""], { body }) =>
      found(shownToken(await tokens.revoke(id, parseMessage(tokenChange, body)), Date.now())),
  ],
];
