import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { documentClient } from "../../../aws/document-client.ts";
import { dynamodbRegistry } from "../../../aws/dynamodb-registry.ts";
import { ensureTable } from "../../../aws/registry/registry-table.ts";
import { startDynamodbServer } from "../../../local/dynamodb-server.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";

export type LocalPlaces = Awaited<ReturnType<typeof startPlaces>>;

/** A server and a folder; each call of `make` gives an empty registry and an empty store there. */
export async function startPlaces() {
  const folder = await mkdtemp(join(tmpdir(), "functions-"));
  const server = await startDynamodbServer(join(folder, "tables.db"), "");
  let made = 0;

  const make = async () => {
    const table = `table-${made++}`;
    const client = documentClient({
      endpoint: server.endpoint,
      region: "local",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    await ensureTable(client, table);
    let ids = 0;
    const newId = () => String(ids++).padStart(6, "0");
    const clock = () => Date.parse("2026-01-01T00:00:00.000Z");
    return {
      registry: dynamodbRegistry({ client, table, clock, newId }),
      store: fileObjectStore(join(folder, table)),
      root: join(folder, table),
    };
  };

  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  };
  return { make, stop };
}
