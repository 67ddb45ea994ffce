import { describe, expect, it } from "vitest";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import { NotFoundError, UnavailableError } from "../../../core/errors.ts";
import { eventParser } from "../../../core/streams/parse-events.ts";
import { makeHandler } from "../../../functions/predict/handler.ts";
import { httpEvent } from "../../fixtures/http-event.ts";
import { servingWorld } from "../../fixtures/serving-world.ts";

const PATH = "/streams/purchases/events";

const definition = parseStream({
  name: "purchases",
  owner: "risk",
  description: "Purchases",
  fields: { at: { type: "timestamp" }, card: { type: "category", maxLength: 100 } },
  eventTime: "at",
  features: {},
});
const event = (id: string, changed: object = {}) => ({
  ...{ id, at: "2001-06-03T11:00:00Z", card: "c" },
  ...changed,
});

function setUp({ isDown = false, takesEvents = true } = {}) {
  const world = servingWorld();
  const sent: string[] = [];
  const events = {
    streams: {
      find: async (name: string) => {
        if (name !== "purchases") throw new NotFoundError(`there is no stream ${name}`);
        return { digest: "d", definition, parse: eventParser(definition) };
      },
    },
    queue: {
      send: async (body: string) => {
        if (isDown) throw new UnavailableError("the queue is down");
        sent.push(body);
      },
    },
  };
  const handler = makeHandler({ ...world.deps, ...(takesEvents && { events }) });
  const call = async (...given: Parameters<typeof httpEvent>) => {
    const { statusCode, body } = await handler(httpEvent(...given));
    return { statusCode, body: JSON.parse(body ?? "null") };
  };
  const sentEvents = () => sent.flatMap((body) => JSON.parse(body).events);
  return { ...world, call, sentEvents };
}

describe("POST /streams/{stream}/events", () => {
  it("answers 202 with what was taken, and of the rest why not", async () => {
    const { call, sentEvents } = setUp();
    const events = [
      event("a"),
      event("a"),
      event("old", { at: "1970-01-01T00:00:00Z" }),
      event("skewed", { at: "2001-06-03T12:05:00Z" }),
      event("emoji", { card: "👩‍🚀" }),
      event("future", { at: "2001-06-03T12:05:01Z" }),
      event("long", { card: "k".repeat(10_000) }),
      { id: "none" },
    ];

    const { statusCode, body } = await call("POST", PATH, { events });

    expect(statusCode).toBe(202);
    expect(body).toMatchObject({ stream: "purchases", accepted: 5 });
    expect(body.rejected).toMatchObject([
      { index: 5, id: "future", issues: [{ path: "at" }] },
      { index: 6, id: "long", issues: [{ path: "card" }] },
      { index: 7, id: "none", issues: [{ path: "at" }, { path: "card" }] },
    ]);
    expect(sentEvents()).toEqual(events.slice(0, 5));
  });

  it("takes base64, as a Function URL sends what it does not know for text", async () => {
    const { call, sentEvents } = setUp();
    const text = Buffer.from(JSON.stringify({ events: [event("a")] })).toString("base64");

    expect(await call("POST", PATH, text, { isBase64Encoded: true })).toMatchObject({
      statusCode: 202,
    });
    expect(sentEvents()).toEqual([event("a")]);
  });

  const many = Array.from({ length: 1_001 }, (_, i) => event(`e${i}`));
  it.each<[string, number, string, unknown, RegExp]>([
    ["no event that is right", 400, PATH, { events: [{}] }, /no event was taken: events\[0\]/],
    ["no events", 400, PATH, { events: [] }, /an empty list/],
    ["no list", 400, PATH, [event("a")], /an object with a list of events/],
    ["another member", 400, PATH, { events: [event("a")], stream: 1 }, /unknown field stream/],
    ["no JSON", 400, PATH, "id,at\n1,2", /body is not JSON/],
    ["no body", 400, PATH, undefined, /request has no body/],
    [
      "a stream that nobody declared",
      404,
      "/streams/nope/events",
      { events: many },
      /no stream nope/,
    ],
    ["1,001 events", 413, PATH, { events: many }, /1001 events; send at most 1000/],
    ["more than 6 MiB", 413, PATH, `"${"x".repeat(6 * 1024 * 1024)}"`, /send at most 6291456/],
  ])("refuses %s with %i, and queues nothing", async (_what, status, path, given, message) => {
    const { call, sentEvents } = setUp();

    const { statusCode, body } = await call("POST", path, given);

    expect(statusCode).toBe(status);
    expect(body.message).toMatch(message);
    expect(sentEvents()).toEqual([]);
  });

  it.each(["text/csv", "application/xml", "multipart/form-data; boundary=x"])(
    "answers 415 to a body that says to be %s, and queues nothing",
    async (contentType) => {
      const { call, sentEvents } = setUp();
      const headers = { "content-type": contentType };

      const { statusCode, body } = await call("POST", PATH, { events: [event("a")] }, { headers });

      expect(statusCode).toBe(415);
      expect(body.message).toContain(contentType.split(";")[0]);
      expect(sentEvents()).toEqual([]);
    },
  );

  it("answers 503 where the queue takes none, so that the sender comes again", async () => {
    const { call } = setUp({ isDown: true });

    expect(await call("POST", PATH, { events: [event("a")] })).toMatchObject({
      statusCode: 503,
      body: { error: "UnavailableError" },
    });
  });

  it("is not there for another method, nor where no events are taken", async () => {
    expect((await setUp().call("GET", PATH)).statusCode).toBe(405);
    const { call } = setUp({ takesEvents: false });
    expect((await call("POST", PATH, { events: [event("a")] })).statusCode).toBe(404);
  });
});
