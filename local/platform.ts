import { randomUUID } from "node:crypto";
import { appendFile, mkdir, readFile, rm } from "node:fs/promises";
import { monotonicFactory } from "ulid";
import { ensureTable } from "../aws/registry/registry-table.ts";
import type { StoredDefinition } from "../core/definition/model-definition.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import type { Registry } from "../core/registry/registry.ts";
import { findModels, type ModelProject } from "../engine/definition/find-models.ts";
import { makeHandler as predict } from "../functions/predict/handler.ts";
import { afterAnswers } from "./after-answers.ts";
import { consolePages } from "./console-pages.ts";
import { type ControlApiDeps, controlApi } from "./control-api.ts";
import { type DiskQueue, diskQueue } from "./disk-queue.ts";
import { startDynamodbServer } from "./dynamodb-server.ts";
import { type Execution, Executions } from "./executions.ts";
import { removeUnfinished } from "./file-object-store.ts";
import { functionHost } from "./function-host.ts";
import { gitCommit } from "./git-commit.ts";
import { lockHome } from "./home-lock.ts";
import { answerJson, listen } from "./http-server.ts";
import { endInterruptedRuns } from "./interrupted-runs.ts";
import { lightFunctions } from "./light-functions.ts";
import { localDocumentClient, localMetrics, localRegistry, localStore } from "./local-adapters.ts";
import { localAlerts } from "./local-alerts.ts";
import { homePaths, LOCAL_TABLE, type LocalEnvironment } from "./local-environment.ts";
import { type LogWorker, logWorker } from "./log-worker.ts";
import { predictionEndpoint } from "./prediction-endpoint.ts";
import { startPredictionLog } from "./prediction-log.ts";
import { recentAlerts } from "./recent-alerts.ts";
import { runIds } from "./run-ids.ts";
import { startSchedules } from "./schedules.ts";
import { copySources } from "./source-files.ts";

export interface PlatformOptions {
  /** Folder that everything is kept in. */
  readonly home: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly modelsFolder: string;
  /** DuckDB's memory_limit. @default "1GB" */
  readonly duckdbMemory?: string;
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
  /** Ends what is under way, keeps everything, lets the home go. */
  stop(): Promise<void>;
}

/** How long logged predictions are gathered into one file. */
const PREDICTION_LOG_INTERVAL_MS = 5_000;

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
  const projects = await findModels(options.modelsFolder);
  const undo: (() => Promise<unknown> | unknown)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return { ...(await start(options, projects, undo)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: PlatformOptions,
  projects: readonly ModelProject[],
  undo: (() => Promise<unknown> | unknown)[],
): Promise<Omit<Platform, "stop">> {
  const { home, port, log } = options;
  const lock = await lockHome(home);
  undo.push(lock.release);
  const server = await startDynamodbServer(homePaths.registry(home));
  undo.push(server.stop);

  const environment: LocalEnvironment = {
    home,
    dynamodbEndpoint: server.endpoint,
    duckdbMemory: options.duckdbMemory ?? "1GB",
    gitCommit: await gitCommit(options.modelsFolder),
  };
  const client = localDocumentClient(environment);
  undo.push(() => client.destroy());
  await ensureTable(client, LOCAL_TABLE);
  await removeUnfinished(homePaths.objects(home));
  await emptyFolder(homePaths.work(home));
  const store = localStore(environment);
  const registry = localRegistry(client);
  const alerts = localAlerts({ path: homePaths.alerts(home), clock: Date.now, log });
  const functions = lightFunctions({ ...environment, store, registry, alerts, projects });

  await registerModels(store, projects, functions["register-definitions"]);
  for (const runId of await endInterruptedRuns(registry))
    log({ level: "warn", interrupted: runId });

  const host = functionHost({ environment, light: functions });
  const executions = new Executions({
    invoke: host.invoke,
    clock: Date.now,
    newName: runIds(Date.now),
    log,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  });
  undo.push(() => Promise.all(executions.running().map(({ name }) => executions.ended(name))));
  undo.push(host.stop);

  const queue = await diskQueue({ directory: homePaths.predictionQueue(home), newId: randomUUID });
  undo.push(queue.close);
  const worker = logWorker(environment, log);
  undo.push(worker.stop);
  const predictionLog = await startLog(environment, queue, worker, log);
  undo.push(predictionLog.stop);

  const metrics = localMetrics(environment);
  undo.push(metrics.stop);
  const after = afterAnswers(log);
  undo.push(after.settled);
  const endpoint = predictionEndpoint({
    handle: predict({
      registry,
      loadVersion: functions.loadVersion,
      queue,
      emit: metrics.emit,
      log,
      clock: Date.now,
      stopwatch: () => performance.now(),
      newId: monotonicFactory(),
      afterAnswer: after.add,
      serverVersion: await packageVersion(),
    }),
    newRequestId: randomUUID,
    clock: Date.now,
    afterAnswer: after.run,
  });

  const api: ControlApiDeps = {
    registry,
    store,
    executions,
    promote: functions.promote,
    recentAlerts: () => recentAlerts(homePaths.alerts(home)),
  };
  const serveConsole = await consolePages();
  const http = await listen(
    port,
    async (request, response) => {
      if (serveConsole(request, response)) return;
      if (!request.url?.startsWith("/api/")) return endpoint(request, response);
      const { status, body } = await controlApi(api, request);
      answerJson(response, status, body);
    },
    log,
  );
  undo.push(http.stop);

  const definitions = projects.map(({ bundle }) => bundle.definition);
  const schedules = startSchedules(definitions, (machine, model) => {
    try {
      executions.start(machine, { model, reason: "schedule", requestedBy: "schedule" });
    } catch (error) {
      log({ level: "warn", schedule: machine, model, skipped: (error as Error).message });
    }
  });
  undo.push(schedules.stop);

  return {
    url: `http://127.0.0.1:${http.port}`,
    definitions,
    store,
    registry,
    executions,
    peakFunctionMemoryBytes: host.peakMemoryBytes,
    drainPredictions: async () => {
      await after.settled();
      await predictionLog.drain();
    },
  };
}

/** Of what functions were working on when they were killed. */
async function emptyFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

async function registerModels(
  store: ObjectStore,
  projects: readonly ModelProject[],
  registerDefinitions: () => Promise<unknown>,
): Promise<void> {
  for (const { folder, bundle } of projects) await copySources(store, bundle.definition, folder);
  await registerDefinitions();
}

async function startLog(
  environment: LocalEnvironment,
  queue: DiskQueue,
  worker: LogWorker,
  log: (line: object) => void,
) {
  await mkdir(homePaths.predictionQueue(environment.home), { recursive: true });
  return startPredictionLog({
    receiveBatch: queue.receiveBatch,
    handle: worker.handle,
    keepDeadLetter: (message) =>
      appendFile(homePaths.deadLetters(environment.home), `${JSON.stringify(message)}\n`),
    log,
    intervalMs: PREDICTION_LOG_INTERVAL_MS,
  });
}

async function packageVersion(): Promise<string> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
