import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensureFeatureTable } from "../../../aws/features/feature-table.ts";
import { ensureTable } from "../../../aws/registry/registry-table.ts";
import { canonicalJson } from "../../../core/canonical-json.ts";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { queryRows } from "../../../engine/duckdb/query.ts";
import { sqlText } from "../../../engine/duckdb/sql.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { startDynamodbServer } from "../../../local/dynamodb-server.ts";
import { startEventLog } from "../../../local/event-log.ts";
import {
  localDocumentClient,
  localFeatures,
  localRegistry,
  localStore,
} from "../../../local/local-adapters.ts";
import { homePaths, LOCAL_FEATURES_TABLE, LOCAL_TABLE } from "../../../local/local-environment.ts";
import { startChild } from "../../fixtures/e2e/child.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";

const stream = parseStream({
  name: "purchases",
  owner: "risk",
  description: "Purchases",
  fields: {
    at: { type: "timestamp" },
    card: { type: "category" },
    amount: { type: "number" },
    pieces: { type: "integer" },
    pin: { type: "boolean" },
  },
  eventTime: "at",
  features: { card_count_1h: { entity: ["card"], operation: "count", window: "1h" } },
});

describe("the log of events", () => {
  it("has every event that was accepted when its process is killed, each once", async () => {
    const home = temporaryFolder();
    await using stack = new AsyncDisposableStack();
    const server = await startDynamodbServer(join(home, "registry.sqlite"), "");
    stack.defer(server.stop);
    const environment = {
      home,
      dynamodbEndpoint: server.endpoint,
      duckdbMemory: "256MB",
      gitCommit: "",
    };
    const client = localDocumentClient(environment);
    stack.defer(() => client.destroy());
    await ensureTable(client, LOCAL_TABLE);
    await ensureFeatureTable(client, LOCAL_FEATURES_TABLE);
    const definitionDigest = sha256(canonicalJson(stream));
    const { name, owner, description } = stream;
    const key = storageKeys.streamDefinition(name, definitionDigest);
    await localStore(environment).put(key, canonicalJson(stream));
    await localRegistry(client).deployStream(
      { stream: name, owner, description, definitionDigest, features: {} },
      { by: "test", why: "a test" },
    );
    const child = startChild(["test/fixtures/local/event-sender.ts", JSON.stringify(environment)]);
    await child.says(/;200;/);
    child.kill("SIGKILL");
    expect((await child.ended).signal).toBe("SIGKILL");
    const accepted = Number(child.stdout().split(";").at(-2));

    const lines: object[] = [];
    const log = await startEventLog(environment, (line) => void lines.push(line), stack);
    await log.drain();

    expect(lines).toEqual([]);
    const files = join(homePaths.objects(home), "streams/purchases/events/**/*.parquet");
    const from = `read_parquet(${sqlText(files)}, hive_partitioning = false)`;
    const sql = (query: string) =>
      withDuckdb({ threads: 1 }, ({ connection }) => queryRows(connection, query));
    const ids = (await sql(`SELECT DISTINCT pieces, id FROM ${from} ORDER BY pieces`)).map(
      ([, id]) => String(id),
    );
    expect(accepted).toBeGreaterThanOrEqual(200);
    expect(ids.slice(0, accepted)).toEqual(Array.from({ length: accepted }, (_, i) => `e${i}`));
    const request = { stream, featureName: "card_count_1h", key: ["c"] };
    const store = localFeatures(client);
    await store.setCompleteFrom(stream, 0);
    const atMs = Date.parse("2026-01-01T00:30:00Z");
    expect(await store.read([{ ...request, atMs }])).toEqual([{ value: ids.length }]);
    expect(
      await sql(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`),
    ).toEqual([
      ["id", "VARCHAR"],
      ["amount", "DOUBLE"],
      ["at", "TIMESTAMP"],
      ["card", "VARCHAR"],
      ["pieces", "BIGINT"],
      ["pin", "BOOLEAN"],
      ["received_at", "TIMESTAMP"],
    ]);
    expect(await sql(`SELECT * EXCLUDE received_at FROM ${from} WHERE id = 'e7' LIMIT 1`)).toEqual([
      ["e7", 0.1, expect.anything(), "c", 7n, true],
    ]);
  });
});
