import { constants } from "node:fs";
import { access, readdir, readFile, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type {
  AliasRecord,
  ModelRecord,
  RunRecord,
  VersionRecord,
} from "../../core/registry/records.ts";
import { findModels } from "../../engine/definition/find-models.ts";
import { dynoxidePath } from "../../local/dynamodb-server.ts";
import { homePaths } from "../../local/local-environment.ts";
import { recentAlerts } from "../../local/recent-alerts.ts";
import type { Client } from "../client.ts";
import type { Settings } from "../settings.ts";
import type { LocalProbes } from "./local-checks.ts";
import type { ModelProbes } from "./model-checks.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Asks this machine and the platform on it. */
export function localProbes(client: Client, { home, modelsFolder }: Settings): LocalProbes {
  return {
    nodeVersion: () => process.versions.node,
    registryServer: () => process.env.AWS_ENDPOINT_URL_DYNAMODB ?? dynoxidePath(),
    home: async () => ({ path: home, isWritable: await isWritable(home) }),
    freeDiskBytes: async () => {
      const { bavail, bsize } = await statfs(await existing(home));
      return bavail * bsize;
    },
    models: async () =>
      (await findModels(modelsFolder)).map(({ bundle }) => bundle.definition.name),
    platform: async () => {
      const models = (await client.call("GET", "/api/models")) as readonly unknown[];
      return { url: client.url, models: models.length };
    },
    endpoint: async () => {
      const response = await fetch(new URL("/v2/health/ready", client.url));
      return { status: response.status, body: await response.text() };
    },
    queue: () => queue(home),
    criticalAlerts: async () => {
      const alerts = await recentAlerts(homePaths.alerts(home));
      const since = Date.now() - DAY_MS;
      return alerts.filter(({ at, severity }) => severity === "critical" && Date.parse(at) > since);
    },
  };
}

/** The registry of the running platform, over its control API. */
export function localRegistryView({ call }: Client): ModelProbes["registry"] {
  const below = (model: string) => `/api/models/${encodeURIComponent(model)}`;
  return {
    models: async () => (await call("GET", "/api/models")) as readonly ModelRecord[],
    aliases: async (model) => {
      const { aliases } = (await call("GET", below(model))) as {
        readonly aliases: readonly AliasRecord[];
      };
      return aliases;
    },
    version: async (model, version) =>
      (await call("GET", `${below(model)}/versions/${version}`)) as VersionRecord,
    runs: async (model) => (await call("GET", `${below(model)}/runs`)) as readonly RunRecord[],
  };
}

async function isWritable(path: string): Promise<boolean> {
  try {
    await access(await existing(path), constants.W_OK);
    return true;
  } catch {
    // Whatever keeps it from being written, the finding says what to do.
    return false;
  }
}

/** The path, or the nearest folder above it that is there. */
async function existing(path: string): Promise<string> {
  // Not there, or not to be seen: the folder above tells as much of the disk and the rights.
  const found = await stat(path).catch(() => undefined);
  return found === undefined && dirname(path) !== path ? existing(dirname(path)) : path;
}

async function queue(home: string) {
  const folder = homePaths.predictionQueue(home);
  // No queue yet, and segments that the platform removes meanwhile, count as nothing.
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0),
  );
  const deadLettersPath = homePaths.deadLetters(home);
  const dead = await readFile(deadLettersPath, "utf8").catch(() => "");
  return {
    waitingBytes: sizes.reduce((sum, size) => sum + size, 0),
    deadLetters: dead.split("\n").filter((line) => line !== "").length,
    deadLettersPath,
  };
}
