import { describe, expect, it } from "vitest";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import { NotFoundError, UnavailableError } from "../../../core/errors.ts";
import type { StreamEvent } from "../../../core/features/feature-store.ts";
import type { StreamRecord } from "../../../core/registry/records.ts";
import { eventAccepter } from "../../../core/streams/accept-events.ts";
import { EVENT_BATCHING } from "../../../core/streams/event-batching.ts";
import { eventMessages, parseEventMessage } from "../../../core/streams/event-message.ts";
import { eventIngester } from "../../../core/streams/ingest-events.ts";
import { streamDirectory } from "../../../core/streams/stream-directory.ts";
import { sha256 } from "../../../engine/sha256.ts";
import { eventsParquet } from "../../../engine/streams/events-parquet.ts";

const NOW = Date.parse("2026-01-31T12:00:00Z");
const stream = parseStream({
  name: "purchases",
  owner: "risk",
  description: "Purchases",
  fields: { at: { type: "timestamp" }, card: { type: "category" } },
  eventTime: "at",
  features: {},
});
const event = (id: string, at = "2026-01-31T11:00:00Z") => ({ id, at, card: "c" });

function world({ fails = false } = {}) {
  let now = NOW;
  const sent: string[] = [];
  const files = new Map<string, Uint8Array | string>();
  const state: StreamEvent[] = [];
  const metrics: Record<string, number> = {};
  let asked = 0;
  const streams = streamDirectory({
    registry: {
      streams: async () => {
        asked += 1;
        return [{ stream: "purchases", definitionDigest: "d" } as StreamRecord];
      },
    },
    loadStream: async () => stream,
    clock: () => now,
  });
  const emit = (_dimensions: object, values: readonly { name: string; value: number }[]) => {
    for (const { name, value } of values) metrics[name] = (metrics[name] ?? 0) + value;
  };
  const accept = eventAccepter({
    streams,
    queue: {
      send: async (body) => {
        sent.push(body);
      },
    },
    emit,
    clock: () => now,
    afterAnswer: (task) => void task(),
  });
  const ingest = eventIngester({
    streams,
    features: {
      add: async (_stream, events) => {
        if (fails) throw new UnavailableError("the table is down");
        state.push(...events);
        return { added: events.length, duplicates: 0, tooLate: 0 };
      },
    },
    store: {
      put: async (key, bytes) => {
        files.set(key, bytes);
        return { created: true };
      },
    },
    encode: eventsParquet,
    sha256,
    emit,
    clock: () => now,
    log: () => {},
  });
  const move = (ms: number) => {
    now += ms;
  };
  return { accept, ingest, sent, files, state, metrics, streams, asked: () => asked, move };
}

const queued = (bodies: readonly string[]) =>
  bodies.map((body, i) => ({ messageId: `m${i}`, body }));

describe("events from the request to the state", () => {
  it("queues what is right, tells what is wrong, and counts both", async () => {
    const { accept, sent, metrics } = world();

    const taken = await accept("purchases", { events: [event("a"), 1, event("b")] });

    expect(taken).toMatchObject({ accepted: 2, rejected: [{ index: 1 }] });
    expect(sent).toHaveLength(1);
    expect(parseEventMessage(sent[0] as string)).toEqual({
      stream: "purchases",
      receivedAtMs: NOW,
      events: [event("a"), event("b")],
    });
    expect(metrics).toEqual({ AcceptedEvents: 2, RejectedEvents: 1 });
  });

  it("writes one file however often the batch comes, each event once", async () => {
    const { accept, ingest, sent, files, state, metrics } = world();
    await accept("purchases", { events: [event("a"), event("a"), event("b")] });

    expect(await ingest(queued(sent))).toEqual({ failed: [] });
    await ingest(queued([...sent, ...sent].toReversed()));

    expect([...files.keys()]).toHaveLength(1);
    expect([...files.keys()][0]).toMatch(
      /^streams\/purchases\/events\/date=2026-01-31\/hour=12\/[0-9a-f]{64}\.parquet$/,
    );
    expect(state.map(({ id }) => id)).toEqual(["a", "b", "a", "b"]);
    expect(metrics).toMatchObject({ Events: 4, DuplicateEvents: 5, TooLateEvents: 0 });
  });

  it("gives back what cannot be read and takes the rest", async () => {
    const { ingest, state } = world();
    const head = { stream: "purchases", receivedAtMs: NOW };
    const [good = ""] = eventMessages(head, [JSON.stringify(event("a"))]);
    const [half = ""] = eventMessages(head, [JSON.stringify(event("b")), "{}"]);
    const [unknown = ""] = eventMessages({ ...head, stream: "nothing" }, ["{}"]);

    const { failed } = await ingest(queued([good, "{", half, unknown, '{"stream":"../x"}']));

    expect(failed).toEqual(["m1", "m2", "m3", "m4"]);
    expect(state.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("writes nothing of a message whose events all are wrong", async () => {
    const { ingest, files, state } = world();
    const bodies = eventMessages({ stream: "purchases", receivedAtMs: NOW }, ["{}"]);

    expect(await ingest(queued(bodies))).toEqual({ failed: ["m0"] });
    expect([...files.keys(), ...state]).toEqual([]);
    expect(eventMessages({ stream: "purchases", receivedAtMs: NOW }, [])).toEqual([]);
  });

  it("are gathered within what Lambda allows a queue that is not first-in-first-out", () => {
    // Source: "Using Lambda with Amazon SQS", batch size and batch window
    expect(EVENT_BATCHING.messages).toBeLessThanOrEqual(10_000);
    expect(EVENT_BATCHING.windowSeconds).toBeLessThanOrEqual(300);
  });

  it("gives all messages of a stream back when its state does not take them", async () => {
    const { accept, ingest, sent } = world({ fails: true });
    await accept("purchases", { events: [event("a")] });

    expect(await ingest(queued(sent))).toEqual({ failed: ["m0"] });
  });

  it("makes a message of no more than 200,000 bytes, with what SQS refuses escaped", () => {
    const texts = Array.from({ length: 5 }, () => JSON.stringify(`\uffff${"x".repeat(90_000)}`));
    const bodies = eventMessages({ stream: "purchases", receivedAtMs: NOW }, texts);

    expect(bodies).toHaveLength(3);
    expect(bodies.join("")).not.toContain("\uffff");
    expect(parseEventMessage(bodies[0] as string).events[0]).toBe(JSON.parse(texts[0] as string));
  });

  it("asks the registry for streams every five seconds, whatever names are asked for", async () => {
    const { streams, asked, move } = world();
    await expect(streams.find("nope")).rejects.toThrow(NotFoundError);
    await Promise.all([streams.find("purchases"), streams.find("purchases")]);
    expect(asked()).toBe(1);
    move(5_000);
    await streams.find("purchases");
    expect(asked()).toBe(2);
  });
});
