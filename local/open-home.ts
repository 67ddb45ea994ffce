import { mkdir, rm } from "node:fs/promises";
import { ensureFeatureTable } from "../aws/features/feature-table.ts";
import { ensureTable } from "../aws/registry/registry-table.ts";
import type { AccessTokens } from "../core/access/access-token.ts";
import type { FeatureStore } from "../core/features/feature-store.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import type { Registry } from "../core/registry/registry.ts";
import { startDynamodbServer } from "./dynamodb-server.ts";
import { removeUnfinished } from "./file-object-store.ts";
import { gitCommit } from "./git-commit.ts";
import { lockHome } from "./home-lock.ts";
import {
  localDocumentClient,
  localFeatures,
  localRegistry,
  localStore,
  localTokens,
} from "./local-adapters.ts";
import {
  homePaths,
  LOCAL_FEATURES_TABLE,
  LOCAL_TABLE,
  type LocalEnvironment,
} from "./local-environment.ts";

/** What a home holds, opened. */
export interface OpenedHome {
  readonly environment: LocalEnvironment;
  readonly store: ObjectStore;
  readonly registry: Registry;
  readonly tokens: AccessTokens;
  readonly features: FeatureStore;
}

/**
 * Takes a home: locks it, starts its registry, and removes what a killed platform left half done.
 *
 * @param stack what is opened is closed with it
 * @throws {ConflictError} if another platform uses the home
 * @throws {UnavailableError} if there is no DynamoDB-compatible server
 */
export async function openHome(
  options: {
    readonly home: string;
    readonly duckdbMemory: string;
    readonly modelsFolder: string;
  },
  stack: AsyncDisposableStack,
): Promise<OpenedHome> {
  const { home, duckdbMemory, modelsFolder } = options;
  const lock = await lockHome(home);
  stack.defer(lock.release);
  const server = await startDynamodbServer(homePaths.registry(home));
  stack.defer(server.stop);
  const environment: LocalEnvironment = {
    home,
    dynamodbEndpoint: server.endpoint,
    duckdbMemory,
    gitCommit: await gitCommit(modelsFolder),
  };
  const client = localDocumentClient(environment);
  stack.defer(() => client.destroy());
  await ensureTable(client, LOCAL_TABLE);
  await ensureFeatureTable(client, LOCAL_FEATURES_TABLE);
  await removeUnfinished(homePaths.objects(home));
  await emptyFolder(homePaths.work(home));
  return {
    environment,
    store: localStore(environment),
    registry: localRegistry(client),
    tokens: localTokens(client),
    features: localFeatures(client),
  };
}

/** Of what functions were working on when they were killed. */
async function emptyFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}
