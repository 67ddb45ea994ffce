import { Worker } from "node:worker_threads";
import type { QueuedMessage } from "../core/inference/log-predictions.ts";
import type { LocalEnvironment } from "./local-environment.ts";

/** What the thread says: a line for the log, or the end of a batch. */
export type LogWorkerAnswer =
  | { readonly line: object }
  | { readonly failed: readonly string[] }
  | { readonly error: string };

export interface LogWorker {
  /** One batch at a time. @returns ids of the messages that cannot be read. */
  handle(messages: readonly QueuedMessage[]): Promise<{ readonly failed: readonly string[] }>;
  stop(): Promise<void>;
}

const ENDED = "the thread of log-predictions has ended";

/**
 * The function log-predictions in a thread of its own. Making Parquet of thousands of records takes
 * tens of milliseconds, and no prediction should wait for that. It is plain JavaScript: nothing in it
 * can take the process along.
 */
export function logWorker(environment: LocalEnvironment, log: (line: object) => void): LogWorker {
  const worker = new Worker(new URL("./log-worker-entry.ts", import.meta.url), {
    workerData: environment,
  });
  let batch = Promise.withResolvers<readonly string[]>();
  worker.on("message", (answer: LogWorkerAnswer) => {
    if ("line" in answer) log(answer.line);
    else if ("failed" in answer) batch.resolve(answer.failed);
    else batch.reject(new Error(answer.error));
  });
  worker.on("error", (error) => batch.reject(error));
  let hasEnded = false;
  worker.on("exit", () => {
    hasEnded = true;
    batch.reject(new Error(ENDED));
  });
  // a thread that ends between batches must not end the process
  batch.promise.catch(() => {});

  return {
    async handle(messages) {
      if (hasEnded) throw new Error(ENDED);
      batch = Promise.withResolvers();
      worker.postMessage(messages);
      return { failed: await batch.promise };
    },
    async stop() {
      await worker.terminate();
    },
  };
}
