import type { Clock } from "../ports/clock.ts";
import type { EmitMetrics } from "../ports/metrics.ts";
import type { Queue } from "../ports/queue.ts";
import { eventMessages } from "./event-message.ts";
import { eventsOf, type RejectedEvent } from "./parse-events.ts";
import type { StreamDirectory } from "./stream-directory.ts";

/** What became of the events of one request. */
export interface AcceptedEvents {
  readonly stream: string;
  /** Events that are safe in the queue. */
  readonly accepted: number;
  /** Each that is not, and why. */
  readonly rejected: readonly RejectedEvent[];
}

export interface AcceptEventsDeps {
  readonly streams: StreamDirectory;
  readonly queue: Queue;
  readonly emit: EmitMetrics;
  readonly clock: Clock;
  /** Runs a task that the caller must not wait for. */
  readonly afterAnswer: (task: () => Promise<void>) => void;
}

/**
 * Takes events of a stream: what is right is in the queue when it returns, what is wrong is told and
 * counted. A request that failed half way may be sent again: an event counts once.
 *
 * The function throws NotFoundError on an unknown stream, InvalidInputError and TooLargeError on a
 * body that is no list of events, and UnavailableError if the queue does not take them.
 */
export function eventAccepter({ streams, queue, emit, clock, afterAnswer }: AcceptEventsDeps) {
  return async (stream: string, body: unknown): Promise<AcceptedEvents> => {
    const { parse } = await streams.find(stream);
    const receivedAtMs = Math.trunc(clock());
    const { accepted, rejected } = parse(eventsOf(body), receivedAtMs);
    const texts = accepted.map(({ text }) => text);
    await Promise.all(
      eventMessages({ stream, receivedAtMs }, texts).map((message) => queue.send(message)),
    );
    afterAnswer(async () =>
      emit({ Stream: stream }, [
        { name: "AcceptedEvents", unit: "Count", value: accepted.length },
        { name: "RejectedEvents", unit: "Count", value: rejected.length },
      ]),
    );
    return { stream, accepted: accepted.length, rejected };
  };
}
