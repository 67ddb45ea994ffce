import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { StoredDefinition } from "../core/definition/model-definition.ts";
import { NotFoundError } from "../core/errors.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import type { Registry } from "../core/registry/registry.ts";
import { findModels, type ModelProject } from "../engine/definition/find-models.ts";
import {
  featuresFolderOf,
  findStreams,
  type StreamBundle,
} from "../engine/definition/find-streams.ts";
import { type Backfill, backfillMissing } from "./backfill-missing.ts";
import { consolePages } from "./console-pages.ts";
import { controlApi } from "./control-api.ts";
import type { ControlApiDeps } from "./control-call.ts";
import { type Execution, Executions } from "./executions.ts";
import { functionHost } from "./function-host.ts";
import { generatedFiles } from "./generated-files.ts";
import { answerJson, listen, type Respond } from "./http-server.ts";
import { endInterruptedRollouts } from "./interrupted-rollouts.ts";
import { endInterruptedRuns } from "./interrupted-runs.ts";
import { itemReader } from "./item-reader.ts";
import { keptLog } from "./kept-log.ts";
import { lightFunctions } from "./light-functions.ts";
import type { LocalAuth } from "./local-access.ts";
import { localAlerts } from "./local-alerts.ts";
import { homePaths } from "./local-environment.ts";
import { openHome } from "./open-home.ts";
import { recentAlerts } from "./recent-alerts.ts";
import { runIds } from "./run-ids.ts";
import { startSchedules } from "./schedules.ts";
import { copyHistory, copySources } from "./source-files.ts";
import { removeStaged } from "./staged-rows.ts";
import { startServing } from "./start-serving.ts";
import type { LocalServices } from "./state-machine.ts";
import { watchSources } from "./watched-sources.ts";

export interface PlatformOptions {
  /** Folder that everything is kept in. */
  readonly home: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly modelsFolder: string;
  /** Names of models; the others, and streams that none of these reads, are left alone. @default all */
  readonly only?: readonly string[];
  /** DuckDB's memory_limit. @default "1GB" */
  readonly duckdbMemory?: string;
  /** Whom predictions and events are for. @default everybody */
  readonly auth?: LocalAuth;
  /** Origins whose pages may call the endpoint. @default none */
  readonly allowedOrigins?: readonly string[];
  readonly log: (line: object) => void;
  readonly onProgress?: (execution: Execution) => void;
}

export interface Platform {
  readonly url: string;
  readonly definitions: readonly StoredDefinition[];
  readonly store: ObjectStore;
  readonly registry: Registry;
  readonly executions: Executions;
  /** Most memory that processes of functions held at once, each counted at its own peak. */
  readonly peakFunctionMemoryBytes: () => number;
  /** Resolves when every prediction that was answered is in Parquet. */
  readonly drainPredictions: () => Promise<void>;
  /** Resolves when every event that was accepted is in Parquet and in the features' state. */
  readonly drainEvents: () => Promise<void>;
  /** Ends what is under way, keeps everything, lets the home go. */
  stop(): Promise<void>;
}

/**
 * Starts the platform on this machine: every function, state machine, schedule and queue of the
 * deployment, over the same handlers.
 *
 * @throws {ConflictError} if another platform uses the home
 * @throws {InvalidInputError} if a model's definition is wrong
 * @throws {UnavailableError} if the port is taken, or there is no DynamoDB-compatible server
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  // before anything is touched: a wrong definition must leave everything as it was
  const found = await findModels(options.modelsFolder);
  const declared = await findStreams(featuresFolderOf(options.modelsFolder), found);
  const { projects, streams } = wanted({ projects: found, streams: declared }, options.only);
  const stack = new AsyncDisposableStack();
  try {
    return {
      ...(await start(options, { projects, streams }, stack)),
      stop: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** A source that is missing fails the next run of its model; the others, and what serves, go on. */
const asWarning = (log: PlatformOptions["log"]) => (error: unknown) => {
  if (!(error instanceof NotFoundError)) throw error;
  log({ level: "warn", message: error.message });
};

/** Sources of models and histories of their streams, as an upload puts them into a bucket. */
async function copyFiles(
  { projects, streams }: Found,
  deps: {
    readonly store: ObjectStore;
    readonly log: PlatformOptions["log"];
    /** Folder that holds the definitions of streams. */
    readonly features: string;
  },
): Promise<void> {
  const generated = generatedFiles(deps.log);
  try {
    const copying = { store: deps.store, generated };
    for (const { folder, bundle } of projects) {
      await copySources(copying, bundle.definition, folder).catch(asWarning(deps.log));
    }
    for (const { definition } of streams) {
      await copyHistory(copying, definition, deps.features).catch(asWarning(deps.log));
    }
  } finally {
    await generated.remove();
  }
}

const BACKFILL_TIMEOUT_MS = 6 * 3_600_000;

/** What is declared. */
interface Found {
  readonly projects: readonly ModelProject[];
  readonly streams: readonly StreamBundle[];
}

/** The models that are named, and the streams that they read. */
function wanted(found: Found, only: PlatformOptions["only"]): Found {
  if (only === undefined) return found;
  const projects = found.projects.filter(({ bundle }) => only.includes(bundle.definition.name));
  const read = new Set(
    projects.flatMap(({ bundle }) => bundle.definition.streams.map(({ name }) => name)),
  );
  return { projects, streams: found.streams.filter(({ definition }) => read.has(definition.name)) };
}

async function start(
  options: PlatformOptions,
  { projects, streams }: Found,
  stack: AsyncDisposableStack,
): Promise<Omit<Platform, "stop">> {
  const { duckdbMemory = "1GB", port, auth = { mode: "none" }, allowedOrigins = [] } = options;
  const { environment, store, registry, features, tokens } = await openHome(
    { ...options, duckdbMemory },
    stack,
  );
  const log = keptLog(homePaths.log(environment.home), options.log, stack);
  const alertsPath = homePaths.alerts(environment.home);
  const alerts = localAlerts({ path: alertsPath, clock: Date.now, log });
  const functions = lightFunctions({
    ...environment,
    ...{ store, registry, alerts, projects, streams, log },
  });

  const definitions = projects.map(({ bundle }) => bundle.definition);
  await copyFiles(
    { projects, streams },
    { store, log, features: join(options.modelsFolder, "..", "features") },
  );
  await functions["register-definitions"]({});
  await removeStaged(store);
  for (const runId of await endInterruptedRuns(registry)) {
    log({ level: "warn", interrupted: runId });
  }
  for (const rollout of await endInterruptedRollouts(registry)) {
    log({ level: "warn", interrupted: rollout });
  }

  const host = functionHost({ environment, light: functions, log });
  const backfill: Backfill = (order) =>
    host.invoke("backfill-stream", order, { state: "Backfill", timeoutMs: BACKFILL_TIMEOUT_MS });
  const executions = startExecutions({ ...options, log }, host.invoke, {
    readItems: itemReader(store),
    // Each child is a process that keeps a core busy.
    maxChildren: availableParallelism(),
  });
  stack.defer(() => settled(executions));
  const filling = backfillMissing({ registry, store, streams, backfill, log });
  // the host stops first, and with it the backfill under way: the next start begins it again
  stack.defer(filling.stop);
  stack.defer(host.stop);
  const { loadVersion, moveAlias, orderRoute, orderRollback } = functions;
  const serving = await startServing(
    { environment, registry, store, features, tokens, auth, allowedOrigins, loadVersion, log },
    stack,
  );
  const respond = await responder(serving.endpoint, {
    home: environment.home,
    ...{ registry, tokens, store },
    executions,
    promote: moveAlias,
    deployment: { route: orderRoute, rollback: orderRollback },
    backfill,
    recentAlerts: () => recentAlerts(alertsPath),
  });
  const http = await listen(port, respond, log);
  stack.defer(http.stop);
  stack.defer(scheduleStarts(definitions, executions, log));
  const start = (model: string) =>
    executions.start("training", { model, reason: "new-data", requestedBy: "new-data" });
  stack.defer(watchSources(definitions, homePaths.objects(environment.home), { start, log }));
  filling.start();

  return {
    url: `http://127.0.0.1:${http.port}`,
    definitions,
    store,
    registry,
    executions,
    peakFunctionMemoryBytes: host.peakMemoryBytes,
    drainPredictions: serving.drain,
    drainEvents: serving.drainEvents,
  };
}

function startExecutions(
  { log, onProgress }: PlatformOptions,
  invoke: ReturnType<typeof functionHost>["invoke"],
  services: LocalServices,
): Executions {
  const newName = runIds(Date.now);
  return new Executions({
    invoke,
    services,
    clock: Date.now,
    newName,
    log,
    ...(onProgress ? { onProgress } : {}),
  });
}

async function settled(executions: Executions): Promise<void> {
  executions.abort("rollout");
  await Promise.all(executions.running().map(({ name }) => executions.ended(name)));
}

/** The console at `/`, control below `/api/`, predictions everywhere else. */
async function responder(predictions: Respond, api: ControlApiDeps): Promise<Respond> {
  const serveConsole = await consolePages();
  return async (request, response) => {
    if (serveConsole(request, response)) return;
    if (!request.url?.startsWith("/api/")) return predictions(request, response);
    const { status, body } = await controlApi(api, request);
    answerJson(response, status, body);
  };
}

/** @returns ends the schedules */
function scheduleStarts(
  definitions: readonly StoredDefinition[],
  executions: Executions,
  log: (line: object) => void,
): () => void {
  const { stop } = startSchedules(definitions, (machine, input) => {
    try {
      executions.start(machine, input);
    } catch (error) {
      const { model } = input;
      log({ level: "warn", schedule: machine, model, skipped: (error as Error).message });
    }
  });
  return stop;
}
