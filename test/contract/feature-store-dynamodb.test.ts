import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ulid } from "ulid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentClient } from "../../aws/document-client.ts";
import { dynamodbFeatureStore } from "../../aws/dynamodb-features.ts";
import { ensureFeatureTable } from "../../aws/features/feature-table.ts";
import { UnavailableError } from "../../core/errors.ts";
import { type DynamodbServer, startDynamodbServer } from "../../local/dynamodb-server.ts";
import { featureStoreContract } from "./feature-store.ts";

let directory: string;
let server: DynamodbServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "features-"));
  server = await startDynamodbServer(join(directory, "tables.db"), "");
});

afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

const clientOf = () =>
  documentClient({
    endpoint: server.endpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });

let made = 0;

const underTest = (putsOfATransaction: number) => async (nowMs: number) => {
  const client = clientOf();
  const table = `features-${made++}`;
  await ensureFeatureTable(client, table);
  await ensureFeatureTable(client, table);
  const options = { client, table, clock: () => nowMs, newId: ulid, putsOfATransaction };
  return { store: dynamodbFeatureStore(options), other: dynamodbFeatureStore(options) };
};

featureStoreContract("dynamodb", underTest(1));
featureStoreContract("dynamodb in transactions", underTest(100));

describe("dynamodbFeatureStore", () => {
  it("fails with what to do where there is no table", async () => {
    const options = { client: clientOf(), table: "nothing", clock: () => 0, newId: ulid };
    const stream = { name: "s", features: {}, fields: {} } as never;

    const added = dynamodbFeatureStore(options).setCompleteFrom(stream, 0);

    await expect(added).rejects.toThrow(UnavailableError);
    await expect(added).rejects.toThrow("deploy the stack or start the local platform");
  });
});
