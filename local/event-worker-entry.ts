import { parentPort, workerData } from "node:worker_threads";
import type { QueuedEvents } from "../core/streams/ingest-events.ts";
import { streamDirectory } from "../core/streams/stream-directory.ts";
import { sha256 } from "../engine/sha256.ts";
import { eventsParquet } from "../engine/streams/events-parquet.ts";
import { streamLoader } from "../engine/streams/load-stream.ts";
import { makeHandler } from "../functions/ingest-events/handler.ts";
import {
  localDocumentClient,
  localFeatures,
  localMetrics,
  localRegistry,
  localStore,
} from "./local-adapters.ts";
import type { LogWorkerAnswer } from "./log-worker.ts";

/** Entry of the thread that runs ingest-events: a batch of messages in, ids of the failed ones out. */
const client = localDocumentClient(workerData);
const store = localStore(workerData);
const metrics = localMetrics(workerData);
const handle = makeHandler({
  streams: streamDirectory({
    registry: localRegistry(client),
    loadStream: streamLoader(store),
    clock: Date.now,
  }),
  features: localFeatures(client),
  store,
  encode: eventsParquet,
  sha256,
  emit: metrics.emit,
  clock: Date.now,
  log: (line) => answer({ line }),
});

function answer(message: LogWorkerAnswer): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", async (Records: readonly QueuedEvents[]) => {
  try {
    const { batchItemFailures } = await handle({ Records });
    // the thread may be ended between two batches
    metrics.flush();
    answer({ failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) });
  } catch (error) {
    answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
