import type { AccessToken, AccessTokens } from "../core/access/access-token.ts";
import { ConflictError, NotFoundError } from "../core/errors.ts";
import type { DynamodbRegistryOptions } from "./dynamodb-registry.ts";
import { itemKeys } from "./registry/keys.ts";
import { recordOf, timeText, untilWritten } from "./registry/registry-context.ts";
import { registryItems } from "./registry/registry-items.ts";

/** Sorts after every id, which is lower-case ASCII. */
const AFTER_IDS = "~";

/** Access tokens in the registry's table, all in one partition so that one query lists them. */
export function dynamodbTokens({
  client,
  table,
  clock,
  pause,
}: Omit<DynamodbRegistryOptions, "newId">): AccessTokens {
  const items = registryItems(client, table, pause);
  const find = async (id: string): Promise<AccessToken | undefined> => {
    const item = await items.get(itemKeys.accessToken(id));
    return item && recordOf<AccessToken>(item);
  };
  return {
    find,
    async create(token) {
      const put = { ...itemKeys.accessToken(token.id), ...token };
      if (await items.write([{ put, onlyIfNew: true }])) return;
      throw new ConflictError(`there is a token ${token.id} already`);
    },
    async list() {
      const { pk } = itemKeys.accessToken("");
      const listed = await items.list({ pk, from: " ", to: AFTER_IDS });
      return listed.map((item) => recordOf<AccessToken>(item));
    },
    revoke: (id, revoked) =>
      untilWritten(async () => {
        const before = await find(id);
        if (before === undefined) throw new NotFoundError(`there is no token ${id}`);
        if (before.revokedAt !== undefined) return before;
        const set = { revokedAt: timeText(clock()), revoked };
        const condition = { secretHash: before.secretHash, revokedAt: undefined };
        const update = itemKeys.accessToken(id);
        return (await items.write([{ update, set, condition }]))
          ? { ...before, ...set }
          : undefined;
      }),
  };
}
