import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { documentClient } from "../../aws/document-client.ts";
import { dynamodbRegistry } from "../../aws/dynamodb-registry.ts";
import { dynamodbTokens } from "../../aws/dynamodb-tokens.ts";
import { ensureTable } from "../../aws/registry/registry-table.ts";
import { type DynamodbServer, startDynamodbServer } from "../../local/dynamodb-server.ts";
import { accessTokensContract, type TokensUnderTest } from "./access-tokens.ts";
import { type RegistryUnderTest, registryContract } from "./registry.ts";
import { deploymentContract } from "./registry-deployments.ts";

let directory: string;
let server: DynamodbServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "registry-"));
  server = await startDynamodbServer(join(directory, "tables.db"), "");
});

afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

let made = 0;

const make = async (): Promise<RegistryUnderTest & TokensUnderTest> => {
  const client = documentClient({
    endpoint: server.endpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const table = `registry-${made++}`;
  await ensureTable(client, table);
  let now = Date.parse("2026-01-01T00:00:00.000Z");
  let ids = 0;
  const newId = () => String(ids++).padStart(6, "0");
  const registry = dynamodbRegistry({ client, table, clock: () => now, newId });
  return {
    registry,
    tokens: dynamodbTokens({ client, table, clock: () => now }),
    setTime: (iso) => {
      now = Date.parse(iso);
    },
  };
};

registryContract("dynamodb", make);
deploymentContract("dynamodb", make);
// the local platform keeps its tokens through the same adapter
accessTokensContract("dynamodb", make);
