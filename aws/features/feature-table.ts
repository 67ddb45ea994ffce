import { type DynamoDBClient, UpdateTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { ensureKeyedTable } from "../keyed-table.ts";
import { callSdk } from "../sdk-errors.ts";

/** Attribute that says when an item may be deleted, in seconds since 1970-01-01T00:00:00Z. */
export const FEATURE_TTL_ATTRIBUTE = "expiresAt";

/**
 * Creates the table of online features where it is missing. Each item has `version`, another one after
 * each write, and `bytes`; items of entities have `expiresAt` too.
 *
 * | pk | sk | bytes |
 * |---|---|---|
 * | `ENTITY#<stream>#<fields>#<key>` | `HEAD` | latest events of the entity and its list of tiles |
 * | | `TILE#<id>` | earlier events; never changed |
 * | `STREAM#<name>` | `COMPLETE` | from when on each kind of entity is complete, as JSON |
 */
export async function ensureFeatureTable(client: DynamoDBClient, table: string): Promise<void> {
  if (!(await ensureKeyedTable(client, table))) return;
  const specification = { AttributeName: FEATURE_TTL_ATTRIBUTE, Enabled: true };
  await callSdk("the dynamodb server", async () => {
    await client.send(
      new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification: specification }),
    );
  });
}
