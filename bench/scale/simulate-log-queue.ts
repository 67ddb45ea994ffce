import { LIMITS } from "./limits.ts";

/** A queue whose messages arrive at a constant rate from instant 0 on. */
export interface LogQueue {
  readonly messagesPerSecond: number;
  /** What an invocation takes at most. */
  readonly messagesOfBatch: number;
  readonly batchS: number;
  readonly durationS: number;
}

export interface LogQueueOutcome {
  readonly arrived: number;
  readonly written: number;
  /** Messages that waited at the end. */
  readonly waiting: number;
  readonly mostWaiting: number;
  /** First instant from which on nothing waits; null: never. */
  readonly caughtUpS: number | null;
}

// Source: "Configuring scaling behavior for SQS event source mappings", AWS Lambda developer guide.
const FIRST_BATCHES = 5;
const MORE_BATCHES_PER_SECOND = 300 / 60;
const STEP_S = 0.1;

/**
 * How a queue's event source mapping catches up with a step, in steps of 0.1 s: five batches at a time, 300 a
 * minute more while messages wait, up to its quota and to the quota of messages in flight.
 */
export function simulateLogQueue(queue: LogQueue): LogQueueOutcome {
  let [arrived, written, mostWaiting, batches] = [0, 0, 0, FIRST_BATCHES];
  let caughtUpS: number | null = 0;
  const steps = Math.round(queue.durationS / STEP_S);
  for (let step = 1; step <= steps; step++) {
    arrived += queue.messagesPerSecond * STEP_S;
    const inFlight = Math.min(batches * queue.messagesOfBatch, LIMITS.messagesInFlight.value);
    const waiting = arrived - written;
    written += Math.min(waiting, (inFlight / queue.batchS) * STEP_S);
    // What is left of a step's own messages is rounding.
    const isBehind = arrived - written > 1e-6 * arrived;
    if (isBehind) {
      batches = Math.min(LIMITS.logWriters.value, batches + MORE_BATCHES_PER_SECOND * STEP_S);
      mostWaiting = Math.max(mostWaiting, arrived - written);
    }
    if (isBehind) caughtUpS = null;
    else caughtUpS ??= step * STEP_S;
  }
  return { arrived, written, waiting: Math.max(0, arrived - written), mostWaiting, caughtUpS };
}
