import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import type { OPERATIONS } from "../../../core/definition/stream-schema.ts";
import type { EventValue, StreamEvent } from "../../../core/features/feature-store.ts";
import { memoryFeatureStore } from "../../fixtures/features/memory-feature-store.ts";
import { naiveFeature } from "../../fixtures/features/naive-feature.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-01-01T00:00:00Z");

const WINDOWS = ["5m", "1h", { last: 1 }, { last: 3 }] as const;
const AFTER = ["0s", "7m"] as const;

const ofOperation = (operation: (typeof OPERATIONS)[number]) => ({
  operation,
  ...(operation === "rate" && {
    of: [
      { field: "amount", is: ">", value: 0 },
      { field: "shop", is: "present" },
    ],
  }),
  ...(operation === "topK" && { value: "shop", k: 2 }),
  ...(["distinct", "last", "first"].includes(operation) && { value: "shop" }),
  ...(["sum", "mean", "min", "max", "standardDeviation"].includes(operation) && {
    value: "amount",
  }),
});

const PLAIN = [
  ...["count", "sum", "mean", "rate", "min", "max", "standardDeviation"],
  ...["distinct", "last", "first", "topK", "timeSince"],
] as const;

/** Every operation over every window; some with a filter, some of two fields, some of flags or numbers. */
const features = Object.fromEntries(
  PLAIN.flatMap((operation, o) =>
    WINDOWS.map((window, w) => [
      `${operation}_${w}`,
      {
        ...ofOperation(operation as (typeof OPERATIONS)[number]),
        window,
        entity: o % 3 === 2 ? ["flag", "card"] : ["card"],
        availableAfter: AFTER[(o + w) % 2],
        where: w % 2 === 1 && o % 2 === 0 ? [{ field: "shop", is: "!=", value: "a" }] : [],
      },
    ]),
  ),
);

const stream = parseStream({
  name: "payments",
  owner: "fraud",
  description: "payments",
  fields: {
    at: { type: "timestamp" },
    card: { type: "category", required: false },
    shop: { type: "category", required: false },
    amount: { type: "number", required: false },
    flag: { type: "boolean" },
  },
  eventTime: "at",
  allowedLateness: "1h",
  features: {
    ...features,
    last_amount: { entity: ["card"], operation: "last", value: "amount", window: "30m" },
    first_flag: { entity: ["card"], operation: "first", value: "flag", window: "30m" },
    top_amount: { entity: ["card"], operation: "topK", value: "amount", k: 3, window: "2h" },
    rate_of_last_5: {
      entity: ["card"],
      operation: "rate",
      of: [{ field: "flag", is: "=", value: true }],
      window: { last: 5 },
    },
  },
});

const maybe = <T extends EventValue>(arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { freq: 8, nil: null });

/** Few cards, shops and minutes, so that there are ties, repeats and full windows. */
const anEvent = fc
  .record({
    minute: fc.nat(40).map((place) => place * 6),
    card: maybe(fc.constantFrom("x", "🂡")),
    shop: maybe(fc.constantFrom("a", "b", "\u{1f0a1}", "\uffee")),
    amount: maybe(
      fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
    ),
    flag: fc.boolean(),
  })
  .map(({ minute, ...values }) => {
    const timeMs = START + minute * MINUTE;
    return { timeMs, values: { at: timeMs, ...values } };
  });

/** Events in the order in which they come: at most 50 minutes late, some of them twice. */
const arrivals = fc
  .array(fc.tuple(anEvent, fc.nat(50), fc.boolean()), { minLength: 1, maxLength: 40 })
  .map((drawn) =>
    drawn
      .flatMap(([event, late, twice], i) => {
        const one: StreamEvent = { id: `e${i}`, ...event };
        const arrives = one.timeMs + late * MINUTE;
        return [{ one, arrives }, ...(twice ? [{ one, arrives: arrives + MINUTE }] : [])];
      })
      .sort((a, b) => a.arrives - b.arrives)
      .map(({ one }) => one),
  );

/** Differences from the naive value, asked of every feature for the event's entity at a time. */
async function differences(
  store: ReturnType<typeof memoryFeatureStore>,
  known: readonly StreamEvent[],
  row: StreamEvent,
  atMs: number,
): Promise<readonly string[]> {
  const requests = Object.entries(stream.features).flatMap(([featureName, { entity }]) => {
    const key = entity.map((field) => row.values[field] ?? null);
    return key.includes(null) ? [] : [{ stream, featureName, key: key as string[], atMs }];
  });
  const answers = await store.read(requests);
  return requests.flatMap(({ featureName, key }, i) => {
    const wanted = naiveFeature(stream, featureName, known, key, atMs);
    const answer = answers[i];
    const got = answer && "value" in answer ? answer.value : JSON.stringify(answer);
    const isEqual =
      typeof wanted === "number" && typeof got === "number"
        ? Math.abs(wanted - got) <= 1e-9 * Math.max(1, Math.abs(wanted))
        : wanted === got;
    return isEqual ? [] : [`${featureName} of ${key} at ${atMs}: ${got}, not ${wanted}`];
  });
}

describe("features online", () => {
  it("are those of the definition at every row's time, while events come late, shuffled and twice", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 5 }), async (events, batch) => {
        const store = memoryFeatureStore({ clock: () => START + 300 * MINUTE });
        await store.setCompleteFrom(stream, START - 100 * 86_400_000);
        const found: string[] = [];
        let newestMs = 0;
        for (let start = 0; start < events.length; start += batch) {
          const part = events.slice(start, start + batch);
          await store.add(stream, part);
          newestMs = Math.max(newestMs, ...part.map(({ timeMs }) => timeMs));
          const known = events.slice(0, start + batch);
          found.push(...(await differences(store, known, part[0] as StreamEvent, newestMs + 0.7)));
        }
        for (const row of events) {
          const atMs = Math.max(row.timeMs, newestMs - 60 * MINUTE);
          found.push(...(await differences(store, events, row, atMs)));
        }
        expect(found).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
