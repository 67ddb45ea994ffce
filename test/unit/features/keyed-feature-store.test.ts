import { describe, expect, it } from "vitest";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import { TooLargeError, UnavailableError } from "../../../core/errors.ts";
import { decodeState } from "../../../core/features/entity-state.ts";
import type {
  FeatureAnswer,
  FeatureStore,
  StreamEvent,
} from "../../../core/features/feature-store.ts";
import { memoryFeatureStore, memoryItems } from "../../fixtures/features/memory-feature-store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-03-01T00:00:00Z");

const streamOf = (features: object) =>
  parseStream({
    name: "payments",
    owner: "fraud",
    description: "payments",
    fields: {
      at: { type: "timestamp" },
      card: { type: "category" },
      due: { type: "timestamp", required: false },
      amount: { type: "number", required: false },
      shop: { type: "category", required: false },
    },
    eventTime: "at",
    features,
  });

const sum = { entity: ["card"], operation: "sum", value: "amount", window: "3h" };
const stream = streamOf({ sum });

const event = (id: string, hoursAgo: number, amount: number | null, card = "c"): StreamEvent => {
  const timeMs = NOW - hoursAgo * HOUR;
  return { id, timeMs, values: { at: timeMs, card, amount } };
};

const ask = async (store: FeatureStore, asked = stream, atMs = NOW, key = ["c"]) => {
  const names = Object.keys(asked.features);
  return store.read(names.map((featureName) => ({ stream: asked, featureName, key, atMs })));
};

async function storeWith(events: readonly StreamEvent[], of = stream) {
  let nowMs = NOW;
  const items = memoryItems();
  const store = memoryFeatureStore({ clock: () => nowMs, items });
  await store.setCompleteFrom(of, NOW - 1_000 * DAY);
  await store.add(of, events);
  return { store, items, setNow: (ms: number) => (nowMs = ms) };
}

/** Enough for several tiles. */
const many = Array.from({ length: 12_000 }, (_, i) => event(`e${i}`, 2.5 - i / 6_000, i / 8));
const total = many.reduce((all, { values }) => all + Number(values.amount), 0);
const unavailable = (reason: string): FeatureAnswer => ({
  unavailable: expect.stringContaining(reason) as string,
});

describe("keyedFeatureStore", () => {
  it("meets each kind of condition, times among them", async () => {
    const count = (field: string, is: string, value?: unknown) => ({
      ...{ entity: ["card"], operation: "count", window: "3h" },
      where: [{ field, is, ...(value !== undefined && { value }) }],
    });
    const due = "2026-03-02T00:00:00Z";
    const conditions = {
      equal: count("amount", "=", 1),
      unequal: count("amount", "!=", 1),
      less: count("amount", "<", 2),
      atMost: count("amount", "<=", 2),
      more: count("amount", ">", 1),
      atLeast: count("amount", ">=", 1),
      among: count("amount", "in", [1, 3]),
      notAmong: count("amount", "not-in", [1, 3]),
      missing: count("amount", "missing"),
      present: count("amount", "present"),
      early: count("due", "<", due),
      onTime: count("due", "in", [due]),
    };
    const of = streamOf(conditions);
    const withDue = (one: StreamEvent, ms: number) => ({
      ...one,
      values: { ...one.values, due: ms },
    });
    const { store } = await storeWith(
      [
        withDue(event("a", 1, 1), Date.parse(due)),
        withDue(event("b", 1, 2), Date.parse(due) - 1),
        event("c", 1, 3),
        event("d", 1, null),
      ],
      of,
    );

    const answers = await ask(store, of);

    expect(answers).toEqual([1, 2, 1, 2, 2, 3, 2, 1, 1, 3, 1, 1].map((value) => ({ value })));
  });

  it("reads the heads and the stream's record at once, and the record not again for seconds", async () => {
    const { store, items, setNow } = await storeWith([event("a", 1, 5)]);
    setNow(NOW + 6_000);
    items.gets.length = 0;

    await ask(store);
    await ask(store);

    expect(items.gets).toEqual([2, 1]);
  });

  it("answers versions of a definition from the same state, and says what it cannot know", async () => {
    const { store } = await storeWith([event("a", 1, 5)]);
    const wider = streamOf({ sum, last_shop: { ...sum, operation: "last", value: "shop" } });

    expect(await ask(store, wider)).toEqual([
      { value: 5 },
      unavailable("a field that it reads was not kept"),
    ]);
    await store.add(wider, [event("a", 1, 5), event("b", 0.5, null)]);
    expect(await ask(store, wider)).toEqual([{ value: 5 }, { value: null }]);
    await store.add(stream, [event("c", 0.2, 1)]);
    expect(await ask(store, stream)).toEqual([{ value: 6 }]);
    const request = { stream, featureName: "none", key: ["c"], atMs: NOW };
    expect(await store.read([request])).toEqual([unavailable("has no such feature")]);
  });

  it("does not know the last events where a field is unknown or older ones are missing", async () => {
    const { store } = await storeWith([event("a", 1, 5)]);
    const last = { ...sum, operation: "mean", window: { last: 2 } };
    await store.setCompleteFrom(streamOf({ last }), NOW - 2 * DAY);
    const both = streamOf({ last, shops: { ...last, operation: "distinct", value: "shop" } });

    const [mean, distinct] = await ask(store, both);

    expect(mean).toEqual({ value: 5 });
    expect(distinct).toEqual(unavailable("was not kept"));
  });

  it("does not know events of which it cannot say whether they count", async () => {
    const where = [
      { field: "shop", is: "=", value: "a" },
      { field: "amount", is: ">", value: 4 },
    ];
    const wider = streamOf({ sum, few: { ...sum, where, window: { last: 1 } } });
    const { store } = await storeWith([event("a", 2, 5), event("b", 2, 1)]);

    await store.add(wider, [event("c", 0, 1)]);

    expect((await ask(store, wider))[1]).toEqual(unavailable("was not kept"));
    expect((await ask(store, wider, NOW - HOUR * 1.9))[0]).toEqual({ value: 6 });
  });

  it("answers the last events where there are enough, however far it is complete", async () => {
    const last = { ...sum, window: { last: 2 } };
    const of = streamOf({ shops: { ...sum, entity: ["shop"] }, last });
    const { store, items } = await storeWith([], of);
    const card = "c".repeat(900);
    const fresh = memoryFeatureStore({ clock: () => NOW, items: memoryItems() });
    await fresh.setCompleteFrom(of, NOW - DAY);
    await fresh.add(of, [event("a", 2, 5, card)]);

    const before = await ask(fresh, streamOf({ last }), NOW, [card]);
    await fresh.add(of, [event("b", 1, 7, card)]);
    const after = await ask(fresh, streamOf({ last }), NOW, [card]);

    expect(before).toEqual([unavailable("complete from")]);
    expect(after).toEqual([{ value: 12 }]);
    expect(await ask(store, stream, -9e15)).toEqual([unavailable("-9000000010800000 ms")]);
    expect([...items.items.keys()]).toEqual(["STREAM#payments COMPLETE"]);
  });

  it("answers of tiles from memory once they were read", async () => {
    const { items } = await storeWith(many);
    const store = memoryFeatureStore({ clock: () => NOW, items });
    items.gets.length = 0;

    const answers = [await ask(store), await ask(store)];

    for (const [answer] of answers) {
      expect((answer as { value: number }).value).toBeCloseTo(total, 6);
    }
    expect(items.gets).toHaveLength(3);
  });

  it("does not answer where tiles are gone, and goes on from what is left", async () => {
    const { items } = await storeWith(many);
    const store = memoryFeatureStore({ clock: () => NOW, items });
    const tiles = [...items.items.keys()].filter((key) => key.includes("TILE#"));
    for (const key of tiles) items.items.delete(key);

    expect(await ask(store)).toEqual([unavailable("deleted by time to live")]);
    await store.add(stream, [many[10_500] as StreamEvent, event("new", 0.1, 1)]);
    expect(await ask(store)).toEqual([unavailable("its events are complete from")]);
  });

  it("reads again what a writer has replaced in between", async () => {
    const { items, store: writer } = await storeWith(many);
    let isFirst = true;
    const reader = memoryFeatureStore({
      clock: () => NOW,
      items: {
        ...items,
        async get(keys, isConsistent) {
          const found = await items.get(keys, isConsistent);
          const isHead = keys.some(({ sort }) => sort === "HEAD");
          if (isHead && isFirst) {
            isFirst = false;
            await writer.add(stream, [event("late", 2.4, 1_000)]);
          }
          return found;
        },
      },
    });

    const [answer] = await ask(reader);

    expect((answer as { value: number }).value).toBeCloseTo(total + 1_000, 6);
  });

  it("leaves no tiles behind where another writer was first", async () => {
    const { items, store } = await storeWith([]);
    let ids = 0;
    const other = memoryFeatureStore({ clock: () => NOW, items, newId: () => `other-${ids++}` });

    await Promise.all([
      store.add(stream, many.slice(0, 6_000)),
      other.add(stream, many.slice(6_000)),
    ]);

    const [answer] = await ask(memoryFeatureStore({ clock: () => NOW, items }));
    expect((answer as { value: number }).value).toBeCloseTo(total, 6);
    const head = decodeState(
      [...items.items].find(([key]) => key.endsWith("HEAD"))?.[1].bytes as Uint8Array,
    );
    const stored = [...items.items.keys()].filter((key) => key.includes("TILE#"));
    expect(stored).toHaveLength(head.tiles.length);
  });

  it("does not answer of a stream of which nothing is known", async () => {
    const store = memoryFeatureStore({ clock: () => NOW });
    await store.add(stream, [event("a", 1, 5)]);

    expect(await ask(store)).toEqual([unavailable("nothing says that its stream is complete")]);
  });

  it("does not answer 0 of entities whose state may have been deleted by time to live", async () => {
    const { store, setNow } = await storeWith([]);

    expect(await ask(store, stream, NOW - 30 * DAY)).toEqual([{ value: 0 }]);
    setNow(NOW + 60 * DAY);
    expect(await ask(store, stream, NOW - 30 * DAY)).toEqual([unavailable("complete from")]);
    expect(await ask(store, stream, NOW + 60 * DAY)).toEqual([{ value: 0 }]);
  });

  it("keeps state 30 days longer than it is used", async () => {
    const { items } = await storeWith([event("a", 1, 5)]);

    const head = [...items.items].find(([key]) => key.endsWith("HEAD"))?.[1];

    expect(head?.expiresAtMs).toBe(NOW + 4 * HOUR + 30 * DAY);
  });

  it("fails on an entity that is too large and keeps the events of all others", async () => {
    const { store } = await storeWith([]);
    const same = Array.from({ length: 40_000 }, (_, i) => event(`e${i}`, 1, i / 7, "large"));

    await expect(store.add(stream, [...same, event("a", 1, 5)])).rejects.toThrow(TooLargeError);

    expect(await ask(store)).toEqual([{ value: 5 }]);
  });

  it("fails where others always write first, and on what the database says", async () => {
    const { items } = await storeWith([]);
    let pauses = 0;
    const pause = async () => {
      pauses++;
    };
    const refusing = { ...items, put: async () => undefined };
    const down = {
      ...items,
      put: async () => {
        throw new UnavailableError("down");
      },
    };
    const store = memoryFeatureStore({ clock: () => NOW, items: refusing, pause });

    await expect(store.add(stream, [event("a", 1, 5)])).rejects.toThrow("was changed by others 60");
    await expect(store.setCompleteFrom(stream, 0)).rejects.toThrow("the record of stream payments");
    expect(pauses).toBe(120);
    const failed = memoryFeatureStore({ items: down }).add(stream, [event("a", 1, 5)]);
    await expect(failed).rejects.toThrow("down");
  });
});
