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

/** The function that takes predictions to their files. */
const LOG_PREDICTIONS = {
  name: "log-predictions",
  entry: new URL("./log-worker-entry.ts", import.meta.url),
};

/**
 * The consumer of a queue in a thread of its own. Making Parquet of thousands of records takes tens of
 * milliseconds, and no prediction should wait for that. It is plain JavaScript: nothing in it can take
 * the process along.
 *
 * @param consumer function that the thread runs. @default log-predictions
 */
export function logWorker(
  environment: LocalEnvironment,
  log: (line: object) => void,
  { name, entry }: { readonly name: string; readonly entry: URL } = LOG_PREDICTIONS,
): LogWorker {
  const ended = `the thread of ${name} has ended`;
  const worker = new Worker(entry, { workerData: environment });
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
    batch.reject(new Error(ended));
  });
  // a thread that ends between batches must not end the process
  batch.promise.catch(() => {});

  return {
    async handle(messages) {
      if (hasEnded) throw new Error(ended);
      batch = Promise.withResolvers();
      worker.postMessage(messages);
      return { failed: await batch.promise };
    },
    async stop() {
      await worker.terminate();
    },
  };
}
