import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentClient } from "../../../aws/document-client.ts";
import { dynamodbRegistry } from "../../../aws/dynamodb-registry.ts";
import { ensureTable } from "../../../aws/registry/registry-table.ts";
import { UnavailableError } from "../../../core/errors.ts";
import type { Registry } from "../../../core/registry/registry.ts";
import { dynoxidePath, startDynamodbServer } from "../../../local/dynamodb-server.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "server-"));
});
afterAll(() => rm(folder, { recursive: true }));

const TABLE = "registry";
const ROOT = join(import.meta.dirname, "..", "..", "..");

const clientOf = (endpoint: string) =>
  documentClient({
    endpoint,
    region: "local",
    maxAttempts: 1,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });

function registryAt(endpoint: string): Registry {
  let ids = 0;
  return dynamodbRegistry({
    client: clientOf(endpoint),
    table: TABLE,
    clock: () => 0,
    newId: () => String(ids++),
  });
}

/** A process that starts a server, tells its endpoint, then deploys models without an end. */
function startWriter(dbPath: string): ChildProcess {
  const script = `
    import { documentClient } from "${ROOT}/aws/document-client.ts";
    import { dynamodbRegistry } from "${ROOT}/aws/dynamodb-registry.ts";
    import { ensureTable } from "${ROOT}/aws/registry/registry-table.ts";
    import { startDynamodbServer } from "${ROOT}/local/dynamodb-server.ts";
    const { endpoint } = await startDynamodbServer(${JSON.stringify(dbPath)}, "");
    const client = documentClient({ endpoint, region: "local", credentials: { accessKeyId: "local", secretAccessKey: "local" } });
    await ensureTable(client, "${TABLE}");
    let ids = 0;
    const registry = dynamodbRegistry({ client, table: "${TABLE}", clock: () => 0, newId: () => String(ids++) });
    console.log(endpoint);
    for (let i = 0; ; i++) {
      const model = "model-" + String(i).padStart(6, "0");
      await registry.deployDefinition({ model, owner: "o", description: "d", definitionDigest: "x" }, { by: "b", why: "w" });
      console.log(model);
    }`;
  return spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** The first lines that a process prints, at least `count`. */
async function linesOf(child: ChildProcess, count: number): Promise<readonly string[]> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.split("\n").length > count) break;
  }
  return text.split("\n").slice(0, -1);
}

/** Resolves when nothing listens there any more. */
async function untilSilent(endpoint: string): Promise<void> {
  const signal = AbortSignal.timeout(10_000);
  for (;;) {
    const answer = await fetch(endpoint, { signal }).catch((error: Error) => error);
    if (answer instanceof Error && answer.name === "TypeError") return;
    await setImmediate();
  }
}

describe("startDynamodbServer", () => {
  it("keeps its tables from one start to the next", async () => {
    const dbPath = join(folder, "kept", "tables.db");
    const first = await startDynamodbServer(dbPath, "");
    await ensureTable(clientOf(first.endpoint), TABLE);
    const record = { model: "flights", owner: "o", description: "d", definitionDigest: "x" };
    await registryAt(first.endpoint).deployDefinition(record, { by: "b", why: "w" });
    await first.stop();
    await first.stop();

    const second = await startDynamodbServer(dbPath, "");
    await ensureTable(clientOf(second.endpoint), TABLE);

    expect(await registryAt(second.endpoint).model("flights")).toMatchObject(record);
    await second.stop();
    await untilSilent(second.endpoint);
  });

  it("ends with its process when that is killed, and loses nothing that was answered", async () => {
    const dbPath = join(folder, "killed.db");
    const writer = startWriter(dbPath);
    const [endpoint = "", ...written] = await linesOf(writer, 60);

    writer.kill("SIGKILL");
    await once(writer, "exit");
    await untilSilent(endpoint);

    const server = await startDynamodbServer(dbPath, "");
    const registry = registryAt(server.endpoint);
    const models = (await registry.models()).map(({ model }) => model);
    expect(written.length).toBeGreaterThan(50);
    expect(models.slice(0, written.length)).toEqual(written);
    for (const model of models) expect(await registry.events(model)).toHaveLength(1);
    await server.stop();
  });

  // finds the server's process in /proc
  it.runIf(process.platform === "linux")(
    "loses nothing that was answered when the server itself is killed",
    async () => {
      const dbPath = join(folder, "server-killed.db");
      const writer = startWriter(dbPath);
      const [endpoint = "", ...written] = await linesOf(writer, 60);

      for (const pid of await processesOf(dbPath)) killIfAlive(pid);
      await untilSilent(endpoint);
      writer.kill("SIGKILL");

      const server = await startDynamodbServer(dbPath, "");
      const models = (await registryAt(server.endpoint).models()).map(({ model }) => model);
      expect(models.slice(0, written.length)).toEqual(written);
      await server.stop();
    },
  );

  it("uses the server that is named, and does not stop it", async () => {
    const named = createServer().listen(0, "127.0.0.1");
    await once(named, "listening");

    const server = await startDynamodbServer(join(folder, "unused.db"), "http://127.0.0.1:9");
    await server.stop();

    expect(server.endpoint).toBe("http://127.0.0.1:9");
    expect(named.listening).toBe(true);
    named.close();
  });

  it("fails on a platform without a server, and says what to install", () => {
    expect(() => dynoxidePath("plan9-mips")).toThrow(UnavailableError);
    expect(() => dynoxidePath("plan9-mips")).toThrow(
      /install @dynoxide\/plan9-mips.*AWS_ENDPOINT_URL_DYNAMODB/,
    );
  });

  it("fails with what the server said when it cannot open its file", async () => {
    await expect(startDynamodbServer(folder, "")).rejects.toThrow(UnavailableError);
  });
});

/** One of a server's processes may end by itself once the other is gone. */
function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Processes that run dynoxide on this very file. */
async function processesOf(dbPath: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const pid of pids) {
    const program = await readlink(`/proc/${pid}/exe`).catch(() => "");
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (program.endsWith("/dynoxide") && command.includes(dbPath)) found.push(pid);
  }
  return found;
}
