import { LOG_BATCHING } from "../inference/log-batching.ts";
import { SECONDS_PER_MONTH } from "./prices.ts";

// Source: "Amazon SQS pricing": every 64 kB of a payload is one request.
const CHUNK_BYTES = 65_536;
/** Messages that Lambda's pollers receive, and remove, at once. */
const RECEIVED_AT_ONCE = 10;

/** Payload of an invocation of `log-predictions`. */
const INVOCATION_BYTES = 6_000_000;
/**
 * Pollers of a queue that is not busy; each fills a batch of its own.
 *
 * Source: "Using Lambda with Amazon SQS", AWS Lambda developer guide: long polling in five connections.
 */
const POLLERS = 5;
/** A long poll lasts 20 s. */
const POLL_S = 20;

/** Requests to SQS in a month in which nothing is in the queue: Lambda asks all the same. */
export const IDLE_QUEUE_REQUESTS = (POLLERS * SECONDS_PER_MONTH) / POLL_S;

/**
 * Requests to SQS for one message of so many bytes: sent, received with nine others, removed with nine
 * others.
 */
export function queueRequests(bytes: number): number {
  const sent = Math.ceil(bytes / CHUNK_BYTES);
  const received = Math.ceil((RECEIVED_AT_ONCE * bytes) / CHUNK_BYTES) / RECEIVED_AT_ONCE;
  return sent + received + 1 / RECEIVED_AT_ONCE;
}

/**
 * Invocations of `log-predictions` in a month, at most: one for each message while there are few, one for
 * each poller and batching window, and more only when batches are full.
 */
export function logFlushes(log: {
  readonly requests: number;
  readonly rowsPerRequest: number;
  /** Of one prediction. */
  readonly queuedBytes: number;
}): number {
  const byWindow = Math.min(
    log.requests,
    (POLLERS * SECONDS_PER_MONTH) / LOG_BATCHING.windowSeconds,
  );
  const byCount = log.requests / LOG_BATCHING.messages;
  const bySize = (log.requests * log.rowsPerRequest * log.queuedBytes) / INVOCATION_BYTES;
  return Math.max(byWindow, byCount, bySize);
}
