import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureTable } from "../../aws/registry/registry-table.ts";
import type { Registry } from "../../core/registry/registry.ts";
import type { VersionManifest } from "../../core/run/artifacts.ts";
import { storageKeys, versionFiles } from "../../core/storage-keys.ts";
import { sha256 } from "../../engine/sha256.ts";
import { startDynamodbServer } from "../../local/dynamodb-server.ts";
import { fileObjectStore } from "../../local/file-object-store.ts";
import { localDocumentClient, localRegistry, localStore } from "../../local/local-adapters.ts";
import { homePaths, LOCAL_TABLE } from "../../local/local-environment.ts";
import { SERVED_HOME, SERVED_MODEL } from "./serve-here.ts";

const CHANGE = { by: "bench", why: "many models" };

/**
 * A home with models of the served model's definition, each with one version, its champion.
 *
 * @param graphs of the versions, by the models' names
 */
export async function manyModels(graphs: ReadonlyMap<string, Uint8Array>) {
  const home = await mkdtemp(join(tmpdir(), "millrace-many-"));
  const server = await startDynamodbServer(homePaths.registry(home));
  const environment = {
    ...{ home, dynamodbEndpoint: server.endpoint },
    ...{ duckdbMemory: "1GB", gitCommit: "bench" },
  };
  const client = localDocumentClient(environment);
  await ensureTable(client, LOCAL_TABLE);
  const registry = localRegistry(client);
  const store = localStore(environment);
  const version = await servedVersion();
  for (const [model, graph] of graphs) await register(model, graph);
  return {
    registry,
    store,
    stop: async () => {
      client.destroy();
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };

  async function register(model: string, graph: Uint8Array): Promise<void> {
    const { manifest, code, definition, definitionCode } = version;
    const digest = manifest.definitionDigest;
    const record = { model, owner: "bench", description: "d", definitionDigest: digest };
    await store.put(storageKeys.definition(model, digest), definition);
    await store.put(storageKeys.definitionCode(model, digest), definitionCode);
    const folder = storageKeys.version(model, 1);
    const files: Record<string, { sha256: string; sizeBytes: number }> = {};
    for (const [name, bytes] of [
      [versionFiles.graph, graph],
      [versionFiles.code, code],
    ] as const) {
      await store.put(`${folder}/${name}`, bytes);
      files[name] = { sha256: sha256(bytes), sizeBytes: bytes.byteLength };
    }
    const own = JSON.stringify({ ...manifest, files, model, version: 1 });
    await store.put(`${folder}/${versionFiles.manifest}`, own);
    await registerVersion(registry, record, { ...manifest, model }, sha256(own));
  }
}

async function registerVersion(
  registry: Registry,
  record: Parameters<Registry["deployDefinition"]>[0],
  manifest: VersionManifest,
  manifestSha256: string,
): Promise<void> {
  const { model, definitionDigest } = record;
  await registry.deployDefinition(record, CHANGE);
  const runId = `run-${model}`;
  const run = { model, runId, reason: "bench", requestedBy: "bench", definitionDigest };
  await registry.startRun(run);
  await registry.reserveVersion(model, runId);
  const { datasetDigest, gitCommit, candidate, family, parameters, metrics } = manifest;
  const told = { datasetDigest, gitCommit, candidate, family, parameters, metrics };
  await registry.registerVersion(
    { model, runId, definitionDigest, manifestSha256, status: "registered", reasons: [], ...told },
    CHANGE,
  );
  await registry.moveAlias({ model, alias: "champion", version: 1 }, CHANGE);
}

async function servedVersion() {
  const store = fileObjectStore(homePaths.objects(SERVED_HOME));
  const folder = storageKeys.version(SERVED_MODEL, 1);
  const text = new TextDecoder();
  const manifest = JSON.parse(
    text.decode(await store.get(`${folder}/${versionFiles.manifest}`)),
  ) as VersionManifest;
  const { definitionDigest } = manifest;
  return {
    manifest,
    code: await store.get(`${folder}/${versionFiles.code}`),
    definition: await store.get(storageKeys.definition(SERVED_MODEL, definitionDigest)),
    definitionCode: await store.get(storageKeys.definitionCode(SERVED_MODEL, definitionDigest)),
  };
}
