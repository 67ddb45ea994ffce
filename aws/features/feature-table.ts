import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { callSdk } from "../sdk-errors.ts";

/** Attribute that says when an item may be deleted, in seconds since 1970-01-01T00:00:00Z. */
export const FEATURE_TTL_ATTRIBUTE = "expiresAt";

/**
 * Shape of the table of online features. Each item has `version`, another one after each write, and
 * `bytes`; items of entities have `expiresAt` too.
 *
 * | pk | sk | bytes |
 * |---|---|---|
 * | `ENTITY#<stream>#<fields>#<key>` | `HEAD` | latest events of the entity and its list of tiles |
 * | | `TILE#<id>` | earlier events; never changed |
 * | `STREAM#<name>` | `COMPLETE` | from when on each kind of entity is complete, as JSON |
 */
export const FEATURE_TABLE = {
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
  ],
  BillingMode: "PAY_PER_REQUEST",
} as const satisfies Omit<CreateTableCommandInput, "TableName">;

const MAX_WAIT_SECONDS = 30;

/** Creates the table where it is missing. On AWS the stack creates it; this is for one machine. */
export async function ensureFeatureTable(client: DynamoDBClient, table: string): Promise<void> {
  await callSdk("the dynamodb server", async () => {
    if (await exists(client, table)) return;
    await create(client, table);
    await waitUntilTableExists({ client, maxWaitTime: MAX_WAIT_SECONDS }, { TableName: table });
    const specification = { AttributeName: FEATURE_TTL_ATTRIBUTE, Enabled: true };
    await client.send(
      new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification: specification }),
    );
  });
}

async function exists(client: DynamoDBClient, table: string): Promise<boolean> {
  try {
    await client.send(new DescribeTableCommand({ TableName: table }));
    return true;
  } catch (error) {
    if ((error as Error).name !== "ResourceNotFoundException") throw error;
    return false;
  }
}

async function create(client: DynamoDBClient, table: string): Promise<void> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        KeySchema: [...FEATURE_TABLE.KeySchema],
        AttributeDefinitions: [...FEATURE_TABLE.AttributeDefinitions],
        BillingMode: FEATURE_TABLE.BillingMode,
      }),
    );
  } catch (error) {
    // Another process created it in between.
    if ((error as Error).name !== "ResourceInUseException") throw error;
  }
}
