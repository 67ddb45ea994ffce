import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { callSdk } from "./sdk-errors.ts";

const MAX_WAIT_SECONDS = 30;

/**
 * Creates a table with text keys `pk` and `sk` and no index where it is missing, and waits for it. On
 * AWS the stack creates it; this is for one machine.
 * @returns whether this call created it
 * @throws {UnavailableError}
 */
export async function ensureKeyedTable(client: DynamoDBClient, table: string): Promise<boolean> {
  const created = await callSdk(
    "the dynamodb server",
    async () => !(await exists(client, table)) && (await create(client, table)),
  );
  if (created) {
    await waitUntilTableExists({ client, maxWaitTime: MAX_WAIT_SECONDS }, { TableName: table });
  }
  return created;
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

/** @returns true also where another process created it in between: it has to be waited for */
async function create(client: DynamoDBClient, table: string): Promise<true> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        AttributeDefinitions: [
          { AttributeName: "pk", AttributeType: "S" },
          { AttributeName: "sk", AttributeType: "S" },
        ],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
  } catch (error) {
    if ((error as Error).name !== "ResourceInUseException") throw error;
  }
  return true;
}
