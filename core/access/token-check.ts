import { ForbiddenError, UnauthorisedError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import {
  type AccessToken,
  type AccessTokens,
  type Action,
  credentialsOf,
  isSameText,
} from "./access-token.ts";

export interface TokenCheckDeps {
  readonly tokens: Pick<AccessTokens, "find">;
  /** SHA-256 of a text in UTF-8, as lower-case hex. */
  readonly sha256: (text: string) => string;
  readonly clock: Clock;
  /** Tokens and unknown ids remembered. @default 1,000 */
  readonly mostRemembered?: number;
}

/** What a request is about to do. */
export interface Wanted {
  readonly action: Action;
  /** @default no certain model */
  readonly model?: string | undefined;
}

/** How long what the registry said holds: a token that is revoked is refused after that. */
export const REMEMBERED_MS = 30_000;

/**
 * Who calls, by its token. Each id is read once in 30 s and once at a time, whether there is such a token
 * or not; the least recently read are forgotten.
 *
 * The function returned throws UnauthorisedError (unknown, forged, expired, revoked: all the same words),
 * ForbiddenError (another model or action) and UnavailableError (the registry cannot be read).
 */
export function tokenCheck(
  deps: TokenCheckDeps,
): (authorization: string | undefined, wanted: Wanted) => Promise<AccessToken> {
  const { sha256, clock } = deps;
  const lookUp = rememberedTokens(deps);
  return async (authorization, wanted) => {
    const { id, secret } = credentialsOf(authorization);
    const token = await lookUp(id);
    if (token === undefined || !isSameText(sha256(secret), token.secretHash)) throw refused();
    const isOver = !(clock() < Date.parse(token.expiresAt));
    if (isOver || token.revokedAt !== undefined) throw refused();
    allow(token, wanted);
    return token;
  };
}

const refused = () => new UnauthorisedError("this token is unknown, expired or revoked");

function allow({ actions, models }: AccessToken, { action, model }: Wanted): void {
  if (!actions.includes(action)) throw new ForbiddenError(`this token may not ${action}`);
  const isOpen = models === "*" || (model !== undefined && models.includes(model));
  if (!isOpen) throw new ForbiddenError("this token is not for this model");
}

interface Remembered {
  readonly token: Promise<AccessToken | undefined>;
  readonly readAt: number;
}

function rememberedTokens({ tokens, clock, mostRemembered = 1_000 }: TokenCheckDeps) {
  const known = new Map<string, Remembered>();
  return (id: string): Promise<AccessToken | undefined> => {
    const now = clock();
    const before = known.get(id);
    if (before !== undefined && now - before.readAt < REMEMBERED_MS) return before.token;
    known.delete(id);
    const read: Remembered = { token: tokens.find(id), readAt: now };
    known.set(id, read);
    if (known.size > mostRemembered) known.delete(known.keys().next().value as string);
    // what could not be read is asked for again by the next request
    read.token.catch(() => known.get(id) === read && known.delete(id));
    return read.token;
  };
}
