import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  DeleteCommand,
  type DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import { UnavailableError } from "../../core/errors.ts";
import type {
  FeatureItem,
  FeatureItemKey,
  FeatureItems,
} from "../../core/features/feature-items.ts";
import { callSdk } from "../sdk-errors.ts";
import { FEATURE_TTL_ATTRIBUTE } from "./feature-table.ts";
import { groupedPuts, singlePuts } from "./grouped-puts.ts";

export interface FeatureItemsOptions {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  /** Gives an id that no other call gives. */
  readonly newId: () => string;
  /** Puts that go into one transaction; 1 for none. */
  readonly putsOfATransaction: number;
  /** Waits before keys that DynamoDB has left out of an answer are asked for again. */
  readonly pause: (attempt: number) => Promise<void>;
}

// Most keys of one call. Source: BatchGetItem's API reference.
const MAX_ITEMS_OF_A_READ = 100;
const MAX_ATTEMPTS = 8;

/** Items of the table of online features; `ensureFeatureTable` says where each lies. */
export function dynamodbFeatureItems(options: FeatureItemsOptions): FeatureItems {
  const { client, table, newId, putsOfATransaction } = options;
  const putItem =
    putsOfATransaction > 1 ? groupedPuts(client, putsOfATransaction) : singlePuts(client);
  // One id of this store and a count: an id for each write costs as much as a tenth of the write.
  const writer = newId();
  let writes = 0;
  const call = <T>(send: () => Promise<T>) =>
    callSdk(`the features' table ${table}`, async () => {
      try {
        return await send();
      } catch (error) {
        if ((error as Error).name !== "ResourceNotFoundException") throw error;
        throw new UnavailableError(
          `the features' table ${table} does not exist; deploy the stack or start the local platform`,
          { cause: error },
        );
      }
    });

  return {
    async get(keys, isConsistent) {
      const starts = Array.from({ length: Math.ceil(keys.length / MAX_ITEMS_OF_A_READ) }, (_, i) =>
        keys.slice(i * MAX_ITEMS_OF_A_READ, (i + 1) * MAX_ITEMS_OF_A_READ),
      );
      const pages = starts.map((part) => call(() => getSome(options, part, isConsistent)));
      const found = new Map((await Promise.all(pages)).flatMap((page) => [...page]));
      return keys.map((key) => found.get(nameOf(key)));
    },

    async put({ key, bytes, replaces, expiresAtMs }) {
      const version = `${writer}-${writes++}`;
      const Item = {
        ...tableKey(key),
        ...{ version, bytes },
        ...(expiresAtMs !== undefined && {
          [FEATURE_TTL_ATTRIBUTE]: Math.ceil(expiresAtMs / 1_000),
        }),
      };
      const put = { TableName: table, Item, ...conditionOf(replaces) };
      return (await call(() => putItem(put))) ? version : undefined;
    },

    async remove(keys) {
      const deletes = keys.map(
        (key) => new DeleteCommand({ TableName: table, Key: tableKey(key) }),
      );
      await Promise.all(deletes.map((command) => call(() => client.send(command))));
    },
  };
}

const tableKey = ({ partition, sort }: FeatureItemKey) => ({ pk: partition, sk: sort });
const nameOf = ({ partition, sort }: FeatureItemKey): string => JSON.stringify([partition, sort]);

const conditionOf = (replaces: string | undefined) =>
  replaces === undefined
    ? { ConditionExpression: "attribute_not_exists(pk)" }
    : {
        ConditionExpression: "version = :replaces",
        ExpressionAttributeValues: { ":replaces": replaces },
      };

/** One BatchGetItem, and others for what it has left out as too much at a time. */
async function getSome(
  { client, table, pause }: FeatureItemsOptions,
  keys: readonly FeatureItemKey[],
  isConsistent: boolean,
): Promise<ReadonlyMap<string, FeatureItem>> {
  const found = new Map<string, FeatureItem>();
  let RequestItems: BatchGetCommandInput["RequestItems"] = {
    [table]: { Keys: keys.map(tableKey), ConsistentRead: isConsistent },
  };
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) await pause(attempt - 1);
    const page: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems }));
    for (const { pk, sk, version, bytes } of page.Responses?.[table] ?? []) {
      found.set(nameOf({ partition: pk, sort: sk }), { version, bytes });
    }
    if (!page.UnprocessedKeys?.[table]) return found;
    RequestItems = page.UnprocessedKeys;
  }
  throw new UnavailableError(
    `the features' table ${table} left out items ${MAX_ATTEMPTS} times; try again later`,
  );
}
