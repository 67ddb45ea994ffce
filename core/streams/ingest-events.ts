import { InvalidInputError, type Issue } from "../errors.ts";
import type { FeatureStore, StreamEvent } from "../features/feature-store.ts";
import { errorFields } from "../observability/error-fields.ts";
import type { Clock } from "../ports/clock.ts";
import type { EmitMetrics } from "../ports/metrics.ts";
import type { ObjectStore } from "../ports/object-store.ts";
import { storageKeys } from "../storage-keys.ts";
import { parseEventMessage } from "./event-message.ts";
import type { KnownStream, StreamDirectory } from "./stream-directory.ts";

/** A message as the queue delivers it. */
export interface QueuedEvents {
  readonly messageId: string;
  readonly body: string;
}

/** An event with the time when it came, both in milliseconds since 1970-01-01T00:00:00Z. */
export interface ReceivedEvent {
  readonly event: StreamEvent;
  readonly receivedAtMs: number;
}

export interface IngestEventsDeps {
  readonly streams: StreamDirectory;
  readonly features: Pick<FeatureStore, "add">;
  readonly store: Pick<ObjectStore, "put">;
  /** Events of one stream as the bytes of a Parquet file; equal events give equal bytes. */
  readonly encode: (
    stream: KnownStream["definition"],
    events: readonly ReceivedEvent[],
  ) => Uint8Array;
  readonly sha256: (bytes: Uint8Array) => string;
  readonly emit: EmitMetrics;
  readonly clock: Clock;
  readonly log: (line: object) => void;
}

/** The messages of one stream within a batch. */
interface Group {
  readonly stream: KnownStream;
  readonly messageIds: string[];
  readonly received: ReceivedEvent[];
}

/**
 * Takes a batch of messages into the archive, then into the state that features are read from. Both
 * may happen again: a file is named by its content, and the state counts an event once.
 *
 * The archive comes first: what is in the state can be computed again from it, not the other way.
 *
 * @returns ids of the messages to be delivered again: those that cannot be read, and all of a stream
 *   whose state or archive did not take them.
 */
export function eventIngester(deps: IngestEventsDeps) {
  return async (
    messages: readonly QueuedEvents[],
  ): Promise<{ readonly failed: readonly string[] }> => {
    const failed: string[] = [];
    const groups = new Map<string, Group>();
    for (const message of messages) {
      await addMessage(deps, groups, message).catch((error: unknown) => {
        failed.push(message.messageId);
        deps.log({ level: "error", messageId: message.messageId, ...errorFields(error) });
      });
    }
    for (const group of groups.values()) {
      await ingest(deps, group).catch((error: unknown) => {
        failed.push(...group.messageIds);
        deps.log({ level: "error", stream: group.stream.definition.name, ...errorFields(error) });
      });
    }
    return { failed: [...new Set(failed)] };
  };
}

/**
 * Adds the events of a message to those of its stream. They are checked again: the stream may have
 * been declared differently since they were taken.
 *
 * @throws {InvalidInputError} if some no longer are of the stream; the others are added all the same.
 */
async function addMessage(
  { streams }: IngestEventsDeps,
  groups: Map<string, Group>,
  { messageId, body }: QueuedEvents,
): Promise<void> {
  const { stream: name, receivedAtMs, events } = parseEventMessage(body);
  const stream = await streams.find(name);
  const { accepted, rejected } = stream.parse(events, receivedAtMs);
  const group = groups.get(name) ?? { stream, messageIds: [], received: [] };
  groups.set(name, group);
  group.messageIds.push(messageId);
  for (const { event } of accepted) group.received.push({ event, receivedAtMs });
  const [first] = rejected;
  if (first === undefined) return;
  const { path, message } = first.issues[0] as Issue;
  throw new InvalidInputError(
    `${rejected.length} events are no longer of stream ${name}: events[${first.index}].${path} ${message}`,
  );
}

async function ingest(deps: IngestEventsDeps, { stream, received }: Group): Promise<void> {
  const { definition } = stream;
  const events = inOrder(received);
  if (events.length === 0) return;
  await archive(deps, definition, events);
  const state = await deps.features.add(
    definition,
    events.map(({ event }) => event),
  );
  const oldest = events.reduce((least, one) => Math.min(least, one.receivedAtMs), deps.clock());
  deps.emit({ Stream: definition.name }, [
    { name: "Events", unit: "Count", value: state.added },
    {
      name: "DuplicateEvents",
      unit: "Count",
      value: state.duplicates + received.length - events.length,
    },
    { name: "TooLateEvents", unit: "Count", value: state.tooLate },
    { name: "EventLagMs", unit: "Milliseconds", value: deps.clock() - oldest },
  ]);
}

/** One file for each hour of arrival. */
async function archive(
  { store, encode, sha256 }: IngestEventsDeps,
  definition: KnownStream["definition"],
  events: readonly ReceivedEvent[],
): Promise<void> {
  const hours = Map.groupBy(events, ({ receivedAtMs }) =>
    new Date(receivedAtMs).toISOString().slice(0, 13),
  );
  for (const [hour, ofHour] of hours) {
    const bytes = encode(definition, ofHour);
    const [date = "", hourOfDay = ""] = hour.split("T");
    const key = storageKeys.streamEvents(definition.name, date, hourOfDay, sha256(bytes));
    await store.put(key, bytes);
  }
}

/** Each event once, in an order that does not depend on the queue's. */
function inOrder(received: readonly ReceivedEvent[]): readonly ReceivedEvent[] {
  const byIdentity = new Map<string, ReceivedEvent>();
  const sorted = [...received].sort(
    (a, b) => a.receivedAtMs - b.receivedAtMs || byText(a.event.id, b.event.id),
  );
  for (const one of sorted) {
    const identity = `${one.event.timeMs} ${one.event.id}`;
    if (!byIdentity.has(identity)) byIdentity.set(identity, one);
  }
  return [...byIdentity.values()];
}

const byText = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
