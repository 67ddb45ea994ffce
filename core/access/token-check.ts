import { ForbiddenError, UnauthorisedError } from "../errors.ts";
import { type AccessToken, type Action, credentialsOf, isSameText } from "./access-token.ts";
import { type TokenMemoryDeps, tokenMemory } from "./token-memory.ts";

export interface TokenCheckDeps extends TokenMemoryDeps {
  /** SHA-256 of a text in UTF-8, as lower-case hex. */
  readonly sha256: (text: string) => string;
}

/** What a request is about to do. */
export interface Wanted {
  readonly action: Action;
  /** As the caller wrote it. @default no certain one */
  readonly model?: string | undefined;
  /** Whether what is told is of the models that the token opens, whichever these are. @default false */
  readonly isListing?: boolean;
}

/**
 * Who calls, by its token.
 *
 * The function returned throws UnauthorisedError (unknown, forged, expired, revoked: all the same words),
 * ForbiddenError (another model or action) and what `tokenMemory` throws. Where nothing is wanted, as of a
 * path that does not exist, any good token will do.
 */
export function tokenCheck(
  deps: TokenCheckDeps,
): (authorization: string | undefined, wanted: Wanted | undefined) => Promise<AccessToken> {
  const { sha256, clock } = deps;
  const lookUp = tokenMemory(deps);
  return async (authorization, wanted) => {
    const { id, secret } = credentialsOf(authorization);
    const token = await lookUp(id);
    if (token === undefined || !isSameText(sha256(secret), token.secretHash)) throw refused();
    const isOver = !(clock() < Date.parse(token.expiresAt));
    if (isOver || token.revokedAt !== undefined) throw refused();
    if (wanted !== undefined) allow(token, wanted);
    return token;
  };
}

const refused = () => new UnauthorisedError("this token is unknown, expired or revoked");

function allow({ actions, models }: AccessToken, { action, model, isListing }: Wanted): void {
  if (!actions.includes(action)) throw new ForbiddenError(`this token may not ${action}`);
  if (models === "*" || isListing) return;
  const isOpen = model !== undefined && models.includes(model);
  if (!isOpen) throw new ForbiddenError("this token is not for this model");
}
