import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentClient } from "../../../aws/document-client.ts";
import { dynamodbRegistry } from "../../../aws/dynamodb-registry.ts";
import { itemKeys } from "../../../aws/registry/keys.ts";
import { ensureTable } from "../../../aws/registry/registry-table.ts";
import { ConflictError, NotFoundError } from "../../../core/errors.ts";
import type { Registry } from "../../../core/registry/registry.ts";
import { type DynamodbServer, startDynamodbServer } from "../../../local/dynamodb-server.ts";

const CHANGE = { by: "ada", why: "a test" };
const NOW = Date.parse("2026-01-01T00:00:00.000Z");

let folder: string;
let server: DynamodbServer;
let made = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "overtaken-"));
  server = await startDynamodbServer(join(folder, "tables.db"), "");
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** A registry with versions 1 to 3, and one whose next write comes after what others do meanwhile. */
async function setUp() {
  const table = `table-${made++}`;
  const open = () =>
    documentClient({
      endpoint: server.endpoint,
      region: "local",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
  const client = open();
  await ensureTable(client, table);
  let ids = 0;
  const options = { table, clock: () => NOW, newId: () => `id-${ids++}` };
  const others = dynamodbRegistry({ ...options, client });
  await withVersions(others);

  let next = async () => {};
  const slow = open();
  const send = slow.send.bind(slow);
  slow.send = (async (command: Parameters<typeof send>[0]) => {
    if (command instanceof TransactWriteCommand) {
      const first = next;
      next = async () => {};
      await first();
    }
    return send(command);
  }) as typeof slow.send;
  return {
    others,
    registry: dynamodbRegistry({ ...options, client: slow }),
    remove: (version: number) =>
      client.send(
        new DeleteCommand({ TableName: table, Key: { ...itemKeys.version("shop", version) } }),
      ),
    meanwhile: (work: () => Promise<unknown>) => {
      next = async () => void (await work());
    },
  };
}

async function withVersions(registry: Registry) {
  const definition = { model: "shop", owner: "o", description: "d", definitionDigest: "d1" };
  await registry.deployDefinition(definition, CHANGE);
  for (const runId of ["r1", "r2", "r3"]) {
    await registry.startRun({
      ...{ model: "shop", runId, reason: "r", requestedBy: "ada" },
      definitionDigest: "d1",
    });
    await registry.reserveVersion("shop", runId);
    await registry.registerVersion(
      {
        ...{ model: "shop", status: "registered", reasons: [], runId, datasetDigest: "x" },
        ...{ definitionDigest: "d1", manifestSha256: runId, gitCommit: "c", candidate: "b" },
        ...{ family: "f", parameters: {}, metrics: {} },
      },
      CHANGE,
    );
  }
}

const to = (version: number) => ({ model: "shop", alias: "champion" as const, version });

describe("a change of the registry that is overtaken between its reads and its write", () => {
  it("keeps the order of moves where the alias went away and came back", async () => {
    const { registry, others, meanwhile } = await setUp();
    await others.moveAlias(to(1), CHANGE);
    meanwhile(async () => {
      await others.moveAlias(to(3), CHANGE);
      await others.moveAlias(to(1), CHANGE);
    });

    expect(await registry.moveAlias(to(2), CHANGE)).toEqual({ from: 1, to: 2 });

    const moves = (await registry.events("shop")).filter(({ kind }) => kind === "alias-moved");
    expect(moves.map(({ at }) => Date.parse(at) - NOW)).toEqual([3, 2, 1, 0]);
    expect(moves.map((move) => move.to)).toEqual(["2", "1", "3", "1"]);
    expect(await registry.aliasAt("shop", "champion", "2027-01-01T00:00:00Z")).toBe(2);
  });

  it("fails to move an alias to a version that is gone", async () => {
    const { registry, meanwhile, remove } = await setUp();
    meanwhile(() => remove(2));

    await expect(registry.moveAlias(to(2), CHANGE)).rejects.toThrow(NotFoundError);
    expect(await registry.aliases("shop")).toEqual([]);
  });

  it("fails to end a run that another has ended otherwise", async () => {
    const { registry, others, meanwhile } = await setUp();
    meanwhile(() => others.endRun("shop", "r1", { status: "failed" }, CHANGE));

    await expect(registry.endRun("shop", "r1", { status: "succeeded" }, CHANGE)).rejects.toThrow(
      ConflictError,
    );
    expect(await registry.run("shop", "r1")).toMatchObject({ status: "failed" });
  });
});
