import { z } from "zod";
import { InvalidInputError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Registry } from "../registry/registry.ts";
import { parseMessage } from "../run/parse-message.ts";
import {
  ACTIONS,
  type AccessToken,
  type AccessTokens,
  type Credentials,
  tokenText,
} from "./access-token.ts";

export interface IssueTokenDeps {
  readonly tokens: Pick<AccessTokens, "create">;
  readonly registry: Pick<Registry, "models">;
  /** Fresh and unpredictable: an id of 16 characters and a secret of 32 bytes. */
  readonly newCredentials: () => Credentials;
  /** SHA-256 of a text in UTF-8, as lower-case hex. */
  readonly sha256: (text: string) => string;
  readonly clock: Clock;
}

/** A token as it may be shown: without what its secret is checked by. */
export type ShownToken = Omit<AccessToken, "secretHash"> & {
  readonly state: "valid" | "expired" | "revoked";
};

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 365;

/** Who does something with tokens, and why. */
export const tokenChange = z.strictObject({
  by: z.string().min(1).max(200).default("local"),
  why: z.string().min(1).max(500),
});

const tokenOrder = tokenChange.extend({
  // stands in logs and Parquet: no line breaks, no control characters
  name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@/+-]{0,79}$/u, {
    message: "must be 1 to 80 letters, digits, spaces or . _ @ / + -",
  }),
  models: z.union([z.literal("*"), z.array(z.string()).min(1).max(100)], {
    message: 'must be names of models, or "*" for all',
  }),
  actions: z.array(z.enum(ACTIONS)).min(1),
  days: z.int().min(1).max(LONGEST_DAYS).default(90),
  requestsPerSecond: z.number().positive().max(1_000_000).optional(),
});

/**
 * Makes a token. Its text is in the answer and nowhere else: whoever loses it makes another.
 *
 * @param order `tokenOrder`: name, models (or "*"), actions, days until it expires (90, at most 365),
 *   requestsPerSecond, by, why
 * @throws {InvalidInputError} if a field is wrong, a model is not known, or events are to be sent by a token
 *   that is not for all models
 */
export async function issueToken(
  { tokens, registry, newCredentials, sha256, clock }: IssueTokenDeps,
  order: unknown,
): Promise<{ readonly token: string; readonly record: ShownToken }> {
  const { by, why, name, days, models, actions, requestsPerSecond } = parseMessage(
    tokenOrder,
    order,
  );
  await checkModels(registry, models);
  if (actions.includes("events") && models !== "*") {
    throw new InvalidInputError(
      'actions: "events" is for a token of all models, because a stream belongs to no one of them',
    );
  }
  const credentials = newCredentials();
  const now = clock();
  const record: AccessToken = {
    id: credentials.id,
    name,
    secretHash: sha256(credentials.secret),
    models: models === "*" ? models : [...new Set(models)],
    actions: [...new Set(actions)],
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + days * DAY_MS).toISOString(),
    created: { by, why },
    ...(requestsPerSecond !== undefined && { requestsPerSecond }),
  };
  await tokens.create(record);
  return { token: tokenText(credentials), record: shownToken(record, now) };
}

/** @param now milliseconds since 1970 */
export function shownToken({ secretHash: _, ...rest }: AccessToken, now: number): ShownToken {
  if (rest.revokedAt !== undefined) return { ...rest, state: "revoked" };
  return { ...rest, state: now < Date.parse(rest.expiresAt) ? "valid" : "expired" };
}

async function checkModels(
  registry: Pick<Registry, "models">,
  models: AccessToken["models"],
): Promise<void> {
  if (models === "*") return;
  const known = (await registry.models()).map(({ model }) => model);
  const unknown = models.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new InvalidInputError(
    `models: there is no model ${unknown}; known are ${known.join(", ") || "none"}`,
  );
}
