import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ulid } from "ulid";
import { dynamodbFeatureItems } from "../../aws/features/feature-items.ts";
import { ensureFeatureTable } from "../../aws/features/feature-table.ts";
import { startDynamodbServer } from "../../local/dynamodb-server.ts";
import { localDocumentClient } from "../../local/local-adapters.ts";

/** The entities of one prediction: flight, origin, destination. */
const ITEMS = 3;
/** Of the state of an entity with about 14 events in its blocks. */
const ITEM_BYTES = 2_000;
const READS = 300;
const TABLE = "scale-features";

/** Median time of the read that a prediction with online features does, over loopback, client included. */
export async function measureFeatureRead(): Promise<{ items: number; ms: number }> {
  const home = await mkdtemp(join(tmpdir(), "millrace-scale-"));
  const server = await startDynamodbServer(join(home, "features.db"), "");
  const environment = { home, duckdbMemory: "1GB", gitCommit: "bench" };
  const client = localDocumentClient({ ...environment, dynamodbEndpoint: server.endpoint });
  try {
    await ensureFeatureTable(client, TABLE);
    const pause = async () => undefined;
    const items = dynamodbFeatureItems({
      ...{ client, table: TABLE, newId: ulid, putsOfATransaction: 1, pause },
    });
    const keys = Array.from({ length: ITEMS }, (_, i) => ({ partition: `e${i}`, sort: "head" }));
    const bytes = new Uint8Array(ITEM_BYTES);
    for (const key of keys) {
      await items.put({ key, bytes, replaces: undefined, expiresAtMs: undefined });
    }
    const times: number[] = [];
    for (let i = -READS / 3; i < READS; i++) {
      const startedAt = performance.now();
      const found = await items.get(keys, false);
      if (i >= 0) times.push(performance.now() - startedAt);
      if (found.includes(undefined)) throw new Error("an item that was written was not read");
    }
    return { items: ITEMS, ms: times.sort((a, b) => a - b)[READS / 2] as number };
  } finally {
    client.destroy();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
}
