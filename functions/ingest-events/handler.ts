import type { SQSBatchResponse } from "aws-lambda";
import {
  eventIngester,
  type IngestEventsDeps,
  type QueuedEvents,
} from "../../core/streams/ingest-events.ts";

/** What is read of an SQS event. */
export interface QueuedMessages {
  readonly Records: readonly QueuedEvents[];
}

/**
 * Takes events from the queue to Parquet and into the state that features are read from. What could
 * not be taken is given back: the queue delivers it again, then moves it to its dead-letter queue.
 */
export function makeHandler(deps: IngestEventsDeps) {
  const ingest = eventIngester(deps);
  return async ({ Records }: QueuedMessages): Promise<SQSBatchResponse> => {
    const { failed } = await ingest(Records);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}
