import { describe, expect, it } from "vitest";
import { parseStream } from "../../core/definition/parse-stream.ts";
import type { FeatureStore, StreamEvent } from "../../core/features/feature-store.ts";

export interface FeatureStoreUnderTest {
  readonly store: FeatureStore;
  /** Another store over the same items. */
  readonly other: FeatureStore;
}

const HOUR = 3_600_000;
const NOW = Date.parse("2026-03-01T12:00:00Z");

/** Payments by card and shop; the two features of a card have windows of 3 h and of 2 events. */
const stream = parseStream({
  name: "payments",
  owner: "fraud",
  description: "payments",
  fields: {
    at: { type: "timestamp" },
    card: { type: "category", maxLength: 10_000 },
    shop: { type: "category", required: false },
    amount: { type: "number", required: false },
  },
  eventTime: "at",
  features: {
    card_sum_3h: { entity: ["card"], operation: "sum", value: "amount", window: "3h" },
    card_last_2: { entity: ["card"], operation: "mean", value: "amount", window: { last: 2 } },
    pair_count_1d: { entity: ["card", "shop"], operation: "count", window: "1d" },
  },
});

const event = (id: string, hoursAgo: number, values: StreamEvent["values"]): StreamEvent => {
  const timeMs = NOW - hoursAgo * HOUR;
  return { id, timeMs, values: { at: timeMs, ...values } };
};

const asked = (featureName: string, key: readonly string[], atMs = NOW) =>
  ({ stream, featureName, key, atMs }) as const;

/** What every `FeatureStore` must do. @param make a store whose clock stands at the given time */
export function featureStoreContract(
  name: string,
  make: (nowMs: number) => Promise<FeatureStoreUnderTest>,
): void {
  const complete = async () => {
    const made = await make(NOW);
    await made.store.setCompleteFrom(stream, NOW - 10_000 * HOUR);
    return made;
  };

  describe(`FeatureStore: ${name}`, () => {
    it("answers features of several entities, of the events before the row's time", async () => {
      const { store } = await complete();

      const added = await store.add(stream, [
        event("a", 1, { card: "c1", shop: "s1", amount: 10 }),
        event("b", 2, { card: "c1", shop: "s2", amount: 0.5 }),
        event("c", 4, { card: "c1", shop: "s1", amount: 100 }),
        event("d", 0, { card: "c1", shop: "s1", amount: 1_000 }),
        event("e", 1, { card: "c2", shop: null, amount: 7 }),
      ]);

      expect(added).toEqual({ added: 5, duplicates: 0, tooLate: 0 });
      const answers = await store.read([
        asked("card_sum_3h", ["c1"]),
        asked("card_last_2", ["c1"]),
        asked("pair_count_1d", ["c1", "s1"]),
        asked("card_sum_3h", ["c2"]),
        asked("card_sum_3h", ["unknown"]),
        asked("card_last_2", ["unknown"]),
      ]);
      expect(answers).toEqual([10.5, 5.25, 2, 7, 0, null].map((value) => ({ value })));
      expect(await store.read([])).toEqual([]);
    });

    it("counts an event once, however often and by whomever it is given", async () => {
      const { store, other } = await complete();
      const one = event("a", 1, { card: "c", shop: "s", amount: 10 });
      await store.add(stream, [one]);

      const again = await other.add(stream, [one, event("b", 2, { card: "c", amount: 1 }), one]);

      expect(again).toEqual({ added: 1, duplicates: 2, tooLate: 0 });
      expect(await store.read([asked("card_sum_3h", ["c"])])).toEqual([{ value: 11 }]);
    });

    it("loses nothing when two write the same entity at the same time", async () => {
      const { store, other } = await complete();
      const events = Array.from({ length: 24 }, (_, i) =>
        event(`e${i}`, 1 + i / 100, { card: "c", shop: "s", amount: 1 }),
      );

      const done = await Promise.all(
        events.map((one, i) => (i % 2 === 0 ? store : other).add(stream, [one])),
      );

      expect(done).toEqual(events.map(() => ({ added: 1, duplicates: 0, tooLate: 0 })));
      expect(await store.read([asked("card_sum_3h", ["c"])])).toEqual([{ value: 24 }]);
    });

    it("refuses what is too late, and does not answer windows that would need it", async () => {
      const { store } = await complete();
      const shop = "s";
      await store.add(stream, [
        event("a", 0, { card: "c", shop, amount: 1 }),
        event("b", 0.5, { card: "c", shop, amount: 1 }),
      ]);
      const days = 24 * 91 + 2;

      const added = await store.add(stream, [event("old", days, { card: "c", shop, amount: 5 })]);

      expect(added).toEqual({ added: 0, duplicates: 0, tooLate: 1 });
      const [now, then] = await store.read([
        asked("card_sum_3h", ["c"]),
        asked("card_sum_3h", ["c"], NOW - days * HOUR + 1),
      ]);
      expect(now).toEqual({ value: 1 });
      expect(then).toHaveProperty("unavailable");
    });

    it("does not answer before it is said from when on the stream is complete", async () => {
      const { store } = await make(NOW);
      await store.add(stream, [event("a", 1, { card: "c", amount: 10 })]);
      const request = [asked("card_sum_3h", ["c"]), asked("card_sum_3h", ["unknown"])];

      const before = await store.read(request);
      await store.setCompleteFrom(stream, NOW - HOUR);
      const tooShort = await store.read(request);
      await store.setCompleteFrom(stream, NOW - 3 * HOUR);
      await store.setCompleteFrom(stream, NOW);
      const after = await store.read(request);

      for (const answer of [...before, ...tooShort]) expect(answer).toHaveProperty("unavailable");
      expect(after).toEqual([{ value: 10 }, { value: 0 }]);
    });

    it("keeps long and strange keys apart", async () => {
      const { store } = await complete();
      const cards = ["k".repeat(10_000), `${"k".repeat(9_999)}l`, "🂡", "🂢", "", '"],["', "\ud800"];

      await store.add(
        stream,
        cards.map((card, i) => event(`e${i}`, 1, { card, amount: i + 1 })),
      );

      const answers = await store.read(cards.map((card) => asked("card_sum_3h", [card])));
      expect(answers).toEqual(cards.map((_card, i) => ({ value: i + 1 })));
    });

    it("keeps many events of one entity in tiles, late ones too", async () => {
      const { store, other } = await complete();
      const amounts = Array.from({ length: 6_000 }, (_, i) => i + 0.25);
      const events = amounts.map((amount, i) =>
        event(`e${i}`, 2 - i / 6_000, { card: "hot", shop: "s", amount }),
      );
      const late = event("late", 1.9, { card: "hot", shop: "s", amount: 1_000_000 });

      await store.add(stream, events.slice(0, 4_000));
      await store.add(stream, events.slice(2_000));
      const added = await other.add(stream, [late, ...events.slice(0, 10)]);

      expect(added).toEqual({ added: 1, duplicates: 10, tooLate: 0 });
      const sum = amounts.reduce((a, b) => a + b, 0) + 1_000_000;
      const request = [asked("card_sum_3h", ["hot"]), asked("pair_count_1d", ["hot", "s"])];
      const answers = [{ value: sum }, { value: 6_001 }];
      expect(await other.read(request)).toEqual(answers);
      expect(await store.read(request)).toEqual(answers);
    });

    it("answers more entities than one read of the database takes", async () => {
      const { store } = await complete();
      const cards = Array.from({ length: 130 }, (_, i) => `card-${i}`);

      await store.add(
        stream,
        cards.map((card, i) => event(`e${i}`, 1, { card, amount: i })),
      );

      const answers = await store.read(cards.map((card) => asked("card_sum_3h", [card])));
      expect(answers).toEqual(cards.map((_card, i) => ({ value: i })));
    });
  });
}
