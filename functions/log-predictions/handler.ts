import type { SQSBatchResponse } from "aws-lambda";
import {
  type LogPredictionsDeps,
  predictionLogger,
  type QueuedMessage,
} from "../../core/inference/log-predictions.ts";

/** What is read of an SQS event. */
export interface QueuedMessages {
  readonly Records: readonly QueuedMessage[];
}

/**
 * Takes logged predictions from the queue to Parquet. Messages that cannot be read are given back,
 * so that the queue moves them to its dead-letter queue; the others are done.
 */
export function makeHandler(deps: LogPredictionsDeps) {
  const logPredictions = predictionLogger(deps);
  return async ({ Records }: QueuedMessages): Promise<SQSBatchResponse> => {
    const { failed } = await logPredictions(Records);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
