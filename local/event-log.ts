import { randomUUID } from "node:crypto";
import { appendFile, mkdir } from "node:fs/promises";
import type { Queue } from "../core/ports/queue.ts";
import { diskQueue } from "./disk-queue.ts";
import { homePaths, type LocalEnvironment } from "./local-environment.ts";
import { logWorker } from "./log-worker.ts";
import { startPredictionLog } from "./prediction-log.ts";

export interface EventLog {
  /** Where the endpoint puts events. */
  readonly queue: Queue;
  /** Resolves when every event that was accepted before is in Parquet and in the features' state. */
  readonly drain: () => Promise<void>;
}

/** How long events are gathered: what a feature is behind. */
const INTERVAL_MS = 500;

/** Messages of a batch, at most; each has up to 200 kB of events. */
const BATCH = 100;

/** The way of events from the endpoint: a queue on disk, and ingest-events in a thread of its own. */
export async function startEventLog(
  environment: LocalEnvironment,
  log: (line: object) => void,
  stack: AsyncDisposableStack,
): Promise<EventLog> {
  const directory = homePaths.eventQueue(environment.home);
  await mkdir(directory, { recursive: true });
  const queue = await diskQueue({ directory, newId: randomUUID });
  stack.defer(queue.close);
  const worker = logWorker(environment, log, {
    name: "ingest-events",
    entry: new URL("./event-worker-entry.ts", import.meta.url),
  });
  stack.defer(worker.stop);
  const events = startPredictionLog({
    receiveBatch: queue.receiveBatch,
    handle: worker.handle,
    keepDeadLetter: (message) =>
      appendFile(homePaths.deadLetters(environment.home), `${JSON.stringify(message)}\n`),
    log,
    intervalMs: INTERVAL_MS,
    what: "events",
    batch: BATCH,
    attempts: ATTEMPTS,
  });
  stack.defer(events.stop);
  return { queue, drain: events.drain };
}

/** As the queue's redrive policy on AWS: a database that is down comes back. */
const ATTEMPTS = 5;
