import type { AccessTokens } from "../core/access/access-token.ts";
import type { Clock } from "../core/ports/clock.ts";
import { sha256 } from "../engine/sha256.ts";
import type { Access } from "../functions/middleware/access.ts";
import { type Authorize, functionUrlIam, type KeyPair } from "./function-url-iam.ts";

/** Whom the local platform answers: everybody, whoever has a token, or whoever signs with one key of AWS. */
export type LocalAuth =
  | { readonly mode: "none" }
  | { readonly mode: "tokens" }
  | ({ readonly mode: "iam" } & KeyPair);

/** What the endpoint asks itself. */
export function localAccess({ mode }: LocalAuth, tokens: AccessTokens): Access | undefined {
  if (mode === "tokens") return { mode, tokens, sha256 };
  return mode === "iam" ? { mode } : undefined;
}

/** What AWS asks in front of it. */
export const localAuthorizer = (auth: LocalAuth, clock: Clock): Authorize | undefined =>
  auth.mode === "iam" ? functionUrlIam(auth, clock) : undefined;
