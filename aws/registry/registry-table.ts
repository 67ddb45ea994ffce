import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ensureKeyedTable } from "../keyed-table.ts";

/**
 * Creates the registry's table where it is missing. It has no index and no sort order but its key:
 * see `itemKeys`.
 *
 * | pk | sk | item |
 * |---|---|---|
 * | `MODEL#<name>` | `META` | model record; `lastVersion`, the counter of versions |
 * | | `VERSION#<8 digits>` | version record |
 * | | `ALIAS#<name>` | alias record |
 * | | `DEPLOYMENT` | routing beside the champion; read with the aliases, which lie before it |
 * | | `RUN#<id>` | run record |
 * | | `EVENT#<time>#<id>` | audit event |
 * | `MODELS` | `<name>` | copy of the model record, for listing |
 * | `STREAMS` | `<name>` | stream record |
 * | `STREAM#<name>` | `EVENT#<time>#<id>` | what was done to the stream |
 */
export async function ensureTable(client: DynamoDBClient, table: string): Promise<void> {
  await ensureKeyedTable(client, table);
}
