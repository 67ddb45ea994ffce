import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { callSdk } from "../sdk-errors.ts";

/**
 * Shape of the registry's table. It has no index and no sort order but its key: see `itemKeys`.
 *
 * | pk | sk | item |
 * |---|---|---|
 * | `MODEL#<name>` | `META` | model record; `lastVersion`, the counter of versions |
 * | | `VERSION#<8 digits>` | version record |
 * | | `ALIAS#<name>` | alias record |
 * | | `RUN#<id>` | run record |
 * | | `EVENT#<time>#<id>` | audit event |
 * | `MODELS` | `<name>` | copy of the model record, for listing |
 * | `STREAMS` | `<name>` | stream record |
 * | `STREAM#<name>` | `EVENT#<time>#<id>` | what was done to the stream |
 */
export const REGISTRY_TABLE = {
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
export async function ensureTable(client: DynamoDBClient, table: string): Promise<void> {
  const created = await callSdk("the dynamodb server", async () => {
    try {
      await client.send(new DescribeTableCommand({ TableName: table }));
      return false;
    } catch (error) {
      if ((error as Error).name !== "ResourceNotFoundException") throw error;
    }
    try {
      await client.send(
        new CreateTableCommand({
          TableName: table,
          KeySchema: [...REGISTRY_TABLE.KeySchema],
          AttributeDefinitions: [...REGISTRY_TABLE.AttributeDefinitions],
          BillingMode: REGISTRY_TABLE.BillingMode,
        }),
      );
    } catch (error) {
      // Another process created it in between.
      if ((error as Error).name !== "ResourceInUseException") throw error;
    }
    return true;
  });
  if (created) {
    await waitUntilTableExists({ client, maxWaitTime: MAX_WAIT_SECONDS }, { TableName: table });
  }
}
