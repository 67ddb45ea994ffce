import { UnavailableError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { AccessToken, AccessTokens } from "./access-token.ts";
import { type RateLimit, rateLimit } from "./rate-limit.ts";

export interface TokenMemoryDeps {
  readonly tokens: Pick<AccessTokens, "find">;
  readonly clock: Clock;
  /** Tokens, and as many unknown ids, remembered. @default 1,000 */
  readonly mostRemembered?: number;
  /** Ids that are not remembered, read a second. @default 50 */
  readonly readsPerSecond?: number;
}

/** How long what the registry said holds while it can be read. */
export const REMEMBERED_MS = 30_000;
/** How long it holds while the registry cannot be read: a token that is revoked is refused after that. */
export const REMEMBERED_IN_OUTAGE_MS = 60_000;
/** How long a registry that could not be read is left alone. */
const LEFT_ALONE_MS = 1_000;

interface Remembered {
  readonly token: AccessToken;
  /** Before the registry was asked. */
  readonly readAt: number;
  readonly askAt: number;
}

/**
 * Tokens by id. Each is read once in 30 s and once at a time; so is an id without a token. Unknown ids
 * stand apart, so that whoever makes them up drives no token out, and only so many are read a second.
 *
 * The function returned throws TooManyRequestsError (too many ids that nobody knew before) and
 * UnavailableError (the registry cannot be read, and what it said is older than 60 s).
 */
export function tokenMemory({
  tokens,
  clock,
  mostRemembered = 1_000,
  readsPerSecond = 50,
}: TokenMemoryDeps): (id: string) => Promise<AccessToken | undefined> {
  const known = new Map<string, Remembered>();
  const unknown = new Map<string, number>();
  const underWay = new Map<string, Promise<AccessToken | undefined>>();
  const reads: RateLimit = rateLimit(clock, 1);

  const read = async (id: string): Promise<AccessToken | undefined> => {
    const readAt = clock();
    try {
      const token = await tokens.find(id);
      known.delete(id);
      if (token === undefined) keep(unknown, id, readAt, mostRemembered);
      else keep(known, id, { token, readAt, askAt: readAt + REMEMBERED_MS }, mostRemembered);
      return token;
    } catch (cause) {
      const before = known.get(id);
      const age = clock() - (before?.readAt ?? Number.NEGATIVE_INFINITY);
      if (before === undefined || age >= REMEMBERED_IN_OUTAGE_MS) throw notRead(cause);
      known.set(id, { ...before, askAt: clock() + LEFT_ALONE_MS });
      return before.token;
    }
  };

  return async (id) => {
    const now = clock();
    const before = known.get(id);
    if (before !== undefined && isFresh(before, now)) {
      keep(known, id, before, mostRemembered);
      return before.token;
    }
    const missedAt = unknown.get(id);
    if (missedAt !== undefined && now - missedAt < REMEMBERED_MS) return undefined;
    const asked = underWay.get(id);
    if (asked !== undefined) return asked;
    if (before === undefined) reads.take("unknown", readsPerSecond);
    unknown.delete(id);
    const asking = read(id).finally(() => underWay.delete(id));
    underWay.set(id, asking);
    return asking;
  };
}

const isFresh = ({ askAt, readAt }: Remembered, now: number): boolean =>
  now < askAt && now - readAt < REMEMBERED_IN_OUTAGE_MS;

/** As the one used last; the one not used for longest goes. */
function keep<T>(map: Map<string, T>, id: string, value: T, most: number): void {
  map.delete(id);
  map.set(id, value);
  if (map.size > most) map.delete(map.keys().next().value as string);
}

const notRead = (cause: unknown) =>
  cause instanceof UnavailableError
    ? cause
    : new UnavailableError("tokens cannot be read", { cause });
