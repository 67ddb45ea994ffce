import { setTimeout as wait } from "node:timers/promises";
import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { UnavailableError } from "../../core/errors.ts";
import { callSdk } from "../sdk-errors.ts";
import type { ItemKey } from "./keys.ts";

export type Item = Readonly<Record<string, unknown>>;

/** One part of a transaction, without its table. */
export type ItemChange =
  | { readonly put: Item & ItemKey; readonly onlyIfNew?: boolean }
  | { readonly update: ItemKey; readonly set: Item; readonly condition: Condition }
  | { readonly check: ItemKey; readonly condition: Condition };

/** Attributes that must be as given; `undefined` means that there must be no such attribute. */
export type Condition = Readonly<Record<string, unknown>>;

/** Part of a partition, both ends included. */
export interface ItemRange {
  readonly pk: string;
  readonly from: string;
  readonly to: string;
  /** By falling sort key. */
  readonly newestFirst?: boolean;
  /** Sees every write that was answered before. */
  readonly consistent?: boolean;
  readonly limit?: number;
}

/** The table's items, with the SDK's errors translated. */
export interface RegistryItems {
  /** Strongly consistent. */
  get(key: ItemKey): Promise<Item | undefined>;
  /** Items of a partition whose sort key is in the range, in its order, read page by page. */
  query(range: ItemRange): AsyncGenerator<Item>;
  /** The same, all of them. */
  list(range: ItemRange): Promise<readonly Item[]>;
  /** @returns false if a condition did not hold, and nothing was changed. */
  write(changes: readonly ItemChange[]): Promise<boolean>;
}

/** Largest number of transactions tried again because others touched the same items. */
const MAX_CONFLICTS = 60;
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 250;

/** Waits before a transaction that met another one is tried again. */
const backOff = (attempt: number): Promise<void> =>
  wait(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt));

export function registryItems(
  client: DynamoDBDocumentClient,
  table: string,
  pause: (attempt: number) => Promise<void> = backOff,
): RegistryItems {
  const call = <T>(send: () => Promise<T>) =>
    callSdk(`the registry's table ${table}`, async () => {
      try {
        return await send();
      } catch (error) {
        if ((error as Error).name !== "ResourceNotFoundException") throw error;
        throw new UnavailableError(
          `the registry's table ${table} does not exist; deploy the stack or start the local platform`,
          { cause: error },
        );
      }
    });

  async function* query({ pk, from, to, newestFirst, consistent, limit }: ItemRange) {
    let start: QueryCommandInput["ExclusiveStartKey"];
    let left = limit ?? Number.POSITIVE_INFINITY;
    do {
      const page = await call(() =>
        client.send(
          new QueryCommand({
            TableName: table,
            KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues: { ":pk": pk, ":first": from, ":last": to },
            ScanIndexForward: !newestFirst,
            ConsistentRead: consistent ?? false,
            ...(Number.isFinite(left) && { Limit: left }),
            ...(start && { ExclusiveStartKey: start }),
          }),
        ),
      );
      const items: readonly Item[] = page.Items ?? [];
      yield* items;
      left -= items.length;
      start = page.LastEvaluatedKey;
    } while (start && left > 0);
  }

  return {
    get: async (key) =>
      (
        await call(() =>
          client.send(new GetCommand({ TableName: table, Key: { ...key }, ConsistentRead: true })),
        )
      ).Item,

    query: (range) => query(range),
    async list(range) {
      const found: Item[] = [];
      for await (const item of query(range)) found.push(item);
      return found;
    },

    async write(changes) {
      const input = { TransactItems: changes.map((change) => transactItem(table, change)) };
      for (let attempt = 0; attempt < MAX_CONFLICTS; attempt++) {
        const outcome = await call(() => transact(client, input));
        if (outcome !== "conflict") return outcome === "written";
        await pause(attempt);
      }
      throw new UnavailableError(
        `the registry's table ${table} was busy ${MAX_CONFLICTS} times; try again later`,
      );
    },
  };
}

async function transact(
  client: DynamoDBDocumentClient,
  input: TransactWriteCommandInput,
): Promise<"written" | "refused" | "conflict"> {
  try {
    await client.send(new TransactWriteCommand(input));
    return "written";
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "TransactionCanceledException") throw error;
    const { CancellationReasons = [] } = error as { CancellationReasons?: { Code?: string }[] };
    const codes = CancellationReasons.map(({ Code }) => Code);
    if (codes.includes("ConditionalCheckFailed")) return "refused";
    if (codes.includes("TransactionConflict")) return "conflict";
    if (
      codes.some((code) => code === "ThrottlingError" || code === "ProvisionedThroughputExceeded")
    ) {
      throw new UnavailableError(`the registry is throttled: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];

function transactItem(table: string, change: ItemChange): TransactItem {
  if ("put" in change) {
    return {
      Put: {
        TableName: table,
        Item: withoutUndefined(change.put),
        ...(change.onlyIfNew && { ConditionExpression: "attribute_not_exists(pk)" }),
      },
    };
  }
  const condition = conditionOf(change.condition);
  if ("check" in change) {
    return { ConditionCheck: { TableName: table, Key: { ...change.check }, ...condition } };
  }
  const sets = Object.entries(withoutUndefined(change.set));
  return {
    Update: {
      TableName: table,
      Key: { ...change.update },
      UpdateExpression: `SET ${sets.map((_set, i) => `#s${i} = :s${i}`).join(", ")}`,
      ConditionExpression: condition.ConditionExpression,
      ExpressionAttributeNames: {
        ...condition.ExpressionAttributeNames,
        ...Object.fromEntries(sets.map(([name], i) => [`#s${i}`, name])),
      },
      ExpressionAttributeValues: {
        ...condition.ExpressionAttributeValues,
        ...Object.fromEntries(sets.map(([, value], i) => [`:s${i}`, value])),
      },
    },
  };
}

function conditionOf(condition: Condition) {
  const entries = Object.entries(condition);
  const wanted = entries.filter(([, value]) => value !== undefined);
  return {
    ConditionExpression: entries
      .map(([, value], i) =>
        value === undefined ? `attribute_not_exists(#c${i})` : `#c${i} = :c${i}`,
      )
      .join(" AND "),
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name], i) => [`#c${i}`, name])),
    ...(wanted.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(
        entries.flatMap(([, value], i) => (value === undefined ? [] : [[`:c${i}`, value]])),
      ),
    }),
  };
}

const withoutUndefined = <T extends Item>(item: T) =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
