import { parentPort, workerData } from "node:worker_threads";
import type { QueuedMessage } from "../core/inference/log-predictions.ts";
import { predictionsParquet } from "../engine/predictions/predictions-parquet.ts";
import { sha256 } from "../engine/sha256.ts";
import { makeHandler } from "../functions/log-predictions/handler.ts";
import { localStore } from "./local-adapters.ts";
import type { LogWorkerAnswer } from "./log-worker.ts";

/** Entry of the thread that runs log-predictions: a batch of messages in, ids of the failed ones out. */
const handle = makeHandler({
  store: localStore(workerData),
  encode: predictionsParquet,
  sha256,
  log: (line) => answer({ line }),
});

function answer(message: LogWorkerAnswer): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", async (Records: readonly QueuedMessage[]) => {
  try {
    const { batchItemFailures } = await handle({ Records });
    answer({ failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) });
  } catch (error) {
    answer({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
