import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { monotonicFactory } from "ulid";
import type { Queue } from "../../core/ports/queue.ts";
import { loadCode } from "../../engine/definition/load-code.ts";
import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { versionLoader } from "../../engine/onnx/load-version.ts";
import { openScorer } from "../../engine/onnx/open-scorer.ts";
import { makeHandler, type PredictHandler } from "../../functions/predict/handler.ts";
import { afterAnswers } from "../../local/after-answers.ts";
import { diskQueue } from "../../local/disk-queue.ts";
import { startDynamodbServer } from "../../local/dynamodb-server.ts";
import { localDocumentClient, localRegistry, localStore } from "../../local/local-adapters.ts";
import { homePaths } from "../../local/local-environment.ts";
import { startPlatformProcess } from "../platform-process.ts";

/** The model that benchmarks of serving ask: 100 trees, six inputs, none from a stream. */
export const SERVED_MODEL = "bench-flights";

/** Kept between runs: training takes longer than a benchmark. */
export const SERVED_HOME = resolve(".cache/bench-served");

/** One flight, as a caller sends it. */
export const FLIGHT = {
  date: "2001-06-03T17:10:00Z",
  origin: "ORD",
  destination: "LAX",
  distance: 1745,
};

/** The platform with the model, in a process of its own. The first time it trains it. */
export const startServedModel = () =>
  startPlatformProcess(SERVED_HOME, SERVED_MODEL, import.meta.dirname);

/** Trains the model, unless the home has it. */
export async function trainServedModel(): Promise<void> {
  const platform = await startServedModel();
  await platform.stop();
}

export interface ServedHere {
  readonly handle: PredictHandler;
  /** To be called when an answer is out: its log record is written. */
  readonly afterAnswer: () => void;
  /** Resolves when every record is written. */
  readonly settled: () => Promise<void>;
  /** The champion's graph. */
  readonly graph: Uint8Array;
  stop(): Promise<void>;
}

/**
 * The predict function in this process, with the adapters of the local platform.
 *
 * @param ownQueue takes the log's records; absent: a queue on disk
 */
export async function serveHere(ownQueue?: Queue): Promise<ServedHere> {
  const server = await startDynamodbServer(homePaths.registry(SERVED_HOME));
  const environment = {
    home: SERVED_HOME,
    dynamodbEndpoint: server.endpoint,
    duckdbMemory: "1GB",
    gitCommit: "bench",
  };
  const client = localDocumentClient(environment);
  const registry = localRegistry(client);
  const store = localStore(environment);
  const directory = await mkdtemp(join(tmpdir(), "millrace-bench-queue-"));
  await mkdir(directory, { recursive: true });
  const queue = await diskQueue({ directory, newId: randomUUID });
  const after = afterAnswers((line) => console.error(line));
  const loadDefinition = definitionLoader(store);
  const handle = makeHandler({
    registry,
    loadVersion: versionLoader({ store, registry, loadDefinition, loadCode, openScorer }),
    queue: ownQueue ?? queue,
    emit: () => undefined,
    log: (line) => console.error(line),
    clock: Date.now,
    stopwatch: () => performance.now(),
    newId: monotonicFactory(),
    afterAnswer: after.add,
    serverVersion: "bench",
  });
  const [champion] = await registry.aliases(SERVED_MODEL);
  return {
    handle,
    afterAnswer: after.run,
    settled: after.settled,
    graph: await store.get(`models/${SERVED_MODEL}/versions/${champion?.version}/model.onnx`),
    stop: async () => {
      await after.settled();
      await queue.close();
      client.destroy();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
