import { describe, expect, it } from "vitest";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import { InvalidInputError, TooLargeError } from "../../../core/errors.ts";
import { eventParser, eventsOf, MOST_EVENTS } from "../../../core/streams/parse-events.ts";
import { streamRetentionMs } from "../../../core/streams/stream-retention.ts";

const NOW = Date.parse("2026-01-31T12:00:00Z");
const stream = parseStream({
  name: "purchases",
  owner: "risk",
  description: "Purchases",
  fields: {
    at: { type: "timestamp" },
    card: { type: "category", maxLength: 100 },
    amount: { type: "number", required: false, min: 0 },
  },
  eventTime: "at",
  features: {
    card_count_3h: { entity: ["card"], operation: "count", window: "3h", availableAfter: "1h" },
  },
});
const good = { id: "e1", at: "2026-01-31T11:00:00Z", card: "c1", amount: 5 };
const parse = (...events: unknown[]) => eventParser(stream)(events, NOW);

describe("eventParser", () => {
  it("reads an event as the state holds it, and keeps its text", () => {
    const { accepted, rejected } = parse(good);

    expect(rejected).toEqual([]);
    const timeMs = Date.parse(good.at);
    expect(accepted).toEqual([
      {
        event: { id: "e1", timeMs, values: { at: timeMs, card: "c1", amount: 5 } },
        text: JSON.stringify(good),
      },
    ]);
  });

  it.each<[string, object]>([
    ["years late", { at: "1999-01-01T00:00:00Z" }],
    ["of the next five minutes", { at: "2026-01-31T12:05:00Z" }],
    ["with an emoji key", { card: "👩‍🚀" }],
    ["without what is not required", { amount: null }],
  ])("takes an event %s", (_what, changed) => {
    expect(parse({ ...good, ...changed }).accepted).toHaveLength(1);
  });

  it.each<[string, unknown, string, RegExp]>([
    ["is no object", 7, "", /must be an object, got the number 7/],
    ["has no id", { ...good, id: undefined }, "id", /must be text .* got nothing/],
    ["has an empty id", { ...good, id: "" }, "id", /must be text/],
    ["has a long id", { ...good, id: "x".repeat(257) }, "id", /at most 256 characters, got 257/],
    ["has half a character as id", { ...good, id: "\ud83d" }, "id", /lone surrogate/],
    ["has half a character", { ...good, card: "\ud83d" }, "card", /lone surrogate/],
    ["has no time", { ...good, at: null }, "at", /is required, got null/],
    ["is of the future", { ...good, at: "2026-01-31T12:05:00.001Z" }, "at", /more than 5 minutes/],
    ["has a key of 10,000 characters", { ...good, card: "k".repeat(10_000) }, "card", /got 10000/],
    ["has NaN as text", { ...good, amount: "NaN" }, "amount", /must be a finite number/],
    ["has a wrong number", { ...good, amount: -1 }, "amount", /at least 0/],
    ["has a field that nobody knows", { ...good, colour: 1 }, "colour", /is not a field/],
    ["is large", { ...good, colour: "x".repeat(100_000) }, "", /the event has 1000\d\d bytes/],
  ])("refuses an event that %s", (_what, event, path, message) => {
    const { accepted, rejected } = parse(good, event);

    expect(accepted).toHaveLength(1);
    expect(rejected).toMatchObject([{ index: 1 }]);
    const issue = rejected[0]?.issues.find((one) => one.path === path);
    expect(issue?.message).toMatch(message);
  });

  it("lists no more than ten issues of one event", () => {
    const unknown = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`x${i}`, i]));

    expect(parse({ ...good, ...unknown }).rejected[0]?.issues).toHaveLength(10);
  });

  it("takes a whole number as id where the stream declares one", () => {
    const numbered = parseStream({
      ...stream,
      id: "number",
      fields: { ...stream.fields, number: { type: "integer" } },
    });
    const { id: _id, ...rest } = good;

    const { accepted } = eventParser(numbered)([{ ...rest, number: 17 }], NOW);

    expect(accepted[0]?.event).toMatchObject({ id: "17", values: { number: 17 } });
  });
});

describe("eventsOf", () => {
  it.each<[string, unknown]>([
    ["null", null],
    ["a list", [good]],
    ["another field", { events: [good], more: 1 }],
    ["no list", { events: {} }],
    ["an empty list", { events: [] }],
  ])("refuses a body that is or has %s", (_what, body) => {
    expect(() => eventsOf(body)).toThrow(InvalidInputError);
  });

  it("takes 1,000 events and no more", () => {
    const events = Array.from({ length: MOST_EVENTS }, () => good);

    expect(eventsOf({ events })).toHaveLength(MOST_EVENTS);
    expect(() => eventsOf({ events: [...events, good] })).toThrow(TooLargeError);
  });
});

it("an event is needed for window, availableAfter and lateness", () => {
  // 3 h + 1 h + 1 h
  expect(streamRetentionMs(stream)).toBe(5 * 3_600_000);
  const last = { ...stream.features.card_count_3h, window: { last: 5 } } as never;
  // 90 d + 1 h + 1 h
  expect(streamRetentionMs({ ...stream, features: { last } })).toBe((90 * 24 + 2) * 3_600_000);
});
