import { randomUUID } from "node:crypto";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { monotonicFactory } from "ulid";
import type { AccessTokens } from "../core/access/access-token.ts";
import type { FeatureStore } from "../core/features/feature-store.ts";
import type { LoadVersion } from "../core/inference/loaded-version.ts";
import type { ObjectStore } from "../core/ports/object-store.ts";
import type { Registry } from "../core/registry/registry.ts";
import { streamDirectory } from "../core/streams/stream-directory.ts";
import { definitionLoader } from "../engine/definition/load-definition.ts";
import { setTimer } from "../engine/set-timer.ts";
import { streamLoader } from "../engine/streams/load-stream.ts";
import { makeHandler as predict } from "../functions/predict/handler.ts";
import { requestsShed } from "../functions/predict/serving-metrics.ts";
import { afterAnswers } from "./after-answers.ts";
import { type DiskQueue, diskQueue } from "./disk-queue.ts";
import { startEventLog } from "./event-log.ts";
import type { Respond } from "./http-server.ts";
import { type LocalAuth, localAccess, localAuthorizer } from "./local-access.ts";
import { localMetrics } from "./local-adapters.ts";
import { homePaths, type LocalEnvironment } from "./local-environment.ts";
import { logWorker } from "./log-worker.ts";
import { predictionEndpoint } from "./prediction-endpoint.ts";
import { startPredictionLog } from "./prediction-log.ts";

export interface Serving {
  readonly endpoint: Respond;
  /** Resolves when every prediction that was answered is in Parquet. */
  readonly drain: () => Promise<void>;
  /** Resolves when every event that was accepted is in Parquet and in the features' state. */
  readonly drainEvents: () => Promise<void>;
}

/** How long logged predictions are gathered into one file. */
const LOG_INTERVAL_MS = 5_000;

/** The predict function behind HTTP, and the way of its log to Parquet. */
export async function startServing(
  options: {
    readonly environment: LocalEnvironment;
    readonly registry: Registry;
    readonly store: ObjectStore;
    readonly features: FeatureStore;
    readonly loadVersion: LoadVersion;
    readonly tokens: AccessTokens;
    readonly auth: LocalAuth;
    readonly allowedOrigins: readonly string[];
    readonly log: (line: object) => void;
  },
  stack: AsyncDisposableStack,
): Promise<Serving> {
  const { environment, registry, store, features, loadVersion, log } = options;
  const directory = homePaths.predictionQueue(environment.home);
  await mkdir(directory, { recursive: true });
  const queue = await diskQueue({ directory, newId: randomUUID });
  stack.defer(queue.close);
  const predictionLog = startLog(environment, queue, log, stack);
  const events = await startEventLog(environment, log, stack);
  const metrics = localMetrics(environment);
  stack.defer(metrics.stop);
  const after = afterAnswers(log);
  stack.defer(after.settled);

  const handle = predict({
    registry,
    loadVersion,
    loadDefinition: definitionLoader(store),
    setTimer,
    access: localAccess(options.auth, options.tokens),
    features: { store: features, setTimer },
    events: {
      streams: streamDirectory({ registry, loadStream: streamLoader(store), clock: Date.now }),
      queue: events.queue,
    },
    queue,
    emit: metrics.emit,
    log,
    clock: Date.now,
    stopwatch: () => performance.now(),
    newId: monotonicFactory(),
    afterAnswer: after.add,
    serverVersion: await packageVersion(),
  });
  return {
    endpoint: predictionEndpoint({
      handle,
      newRequestId: randomUUID,
      allowedOrigins: options.allowedOrigins,
      authorize: localAuthorizer(options.auth, Date.now),
      clock: Date.now,
      stopwatch: () => performance.now(),
      memory: {
        // 0, or more than there is, where nothing bounds the process
        limitBytes: Math.min(process.constrainedMemory() || totalmem(), totalmem()),
        usedBytes: process.memoryUsage.rss,
      },
      onShed: requestsShed({ emit: metrics.emit, afterAnswer: after.add }),
      afterAnswer: after.run,
    }),
    drain: async () => {
      await after.settled();
      await predictionLog.drain();
    },
    drainEvents: async () => {
      await after.settled();
      await events.drain();
    },
  };
}

function startLog(
  environment: LocalEnvironment,
  queue: DiskQueue,
  log: (line: object) => void,
  stack: AsyncDisposableStack,
) {
  const worker = logWorker(environment, log);
  stack.defer(worker.stop);
  const predictionLog = startPredictionLog({
    receiveBatch: queue.receiveBatch,
    handle: worker.handle,
    keepDeadLetter: (message) =>
      appendFile(homePaths.deadLetters(environment.home), `${JSON.stringify(message)}\n`),
    log,
    intervalMs: LOG_INTERVAL_MS,
  });
  stack.defer(predictionLog.stop);
  return predictionLog;
}

async function packageVersion(): Promise<string> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
