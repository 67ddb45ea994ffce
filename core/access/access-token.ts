import { UnauthorisedError } from "../errors.ts";
import type { Change } from "../registry/records.ts";

/** What a token may be for: asking for predictions, reading about models, sending events of streams. */
export const ACTIONS = ["predict", "read", "events"] as const;
export type Action = (typeof ACTIONS)[number];

/** A token as the registry keeps it: never its secret. Instants are ISO 8601 in UTC. */
export interface AccessToken {
  /** Lower-case letters and digits. */
  readonly id: string;
  /** SHA-256 of the secret's text, 64 digits of lower-case hex. */
  readonly secretHash: string;
  /** Who it was made for, as the prediction log is told. */
  readonly name: string;
  /** Models that it opens, or all. */
  readonly models: readonly string[] | "*";
  readonly actions: readonly Action[];
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Who made it and why; a token is never removed, so that this is its history. */
  readonly created: Change;
  readonly revokedAt?: string;
  readonly revoked?: Change;
  /** Requests a second that one instance of the function takes of it. @default no limit */
  readonly requestsPerSecond?: number;
}

/** Where tokens are kept. */
export interface AccessTokens {
  /** @throws {ConflictError} if there is a token of this id */
  create(token: AccessToken): Promise<void>;
  /** @returns `undefined` if there is none. @throws {UnavailableError} */
  find(id: string): Promise<AccessToken | undefined>;
  list(): Promise<readonly AccessToken[]>;
  /** Repeating it changes nothing. @throws {NotFoundError} */
  revoke(id: string, change: Change): Promise<AccessToken>;
}

/** What a caller shows: which token, and that it is the one who was given it. */
export interface Credentials {
  readonly id: string;
  readonly secret: string;
}

/** The id is 16 characters, the secret 32 bytes in base64url. */
const BEARER = /^bearer mrt_([0-9a-z]{16})_([A-Za-z0-9_-]{43})$/i;
/** The longest header that can be one; a longer one is not looked at. */
const LONGEST_HEADER = "bearer ".length + "mrt_".length + 16 + 1 + 43;

export const tokenText = ({ id, secret }: Credentials): string => `mrt_${id}_${secret}`;

/**
 * What an `authorization` header says; two headers, which arrive joined by a comma, say nothing.
 *
 * @throws {UnauthorisedError}
 */
export function credentialsOf(header: string | undefined): Credentials {
  if (header === undefined) throw new UnauthorisedError("send authorization: Bearer <token>");
  const parts = header.length === LONGEST_HEADER ? BEARER.exec(header) : null;
  if (parts === null) throw new UnauthorisedError("authorization has no token of this platform");
  return { id: parts[1] as string, secret: parts[2] as string };
}

/** Whether texts are the same, in a time that does not tell where they differ. */
export function isSameText(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
