import { expect, it } from "vitest";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import type { StreamEvent } from "../../../core/features/feature-store.ts";
import { memoryFeatureStore, memoryItems } from "../../fixtures/features/memory-feature-store.ts";

const NOW = Date.parse("2026-03-01T00:00:00Z");
const HOUR = 3_600_000;

const stream = parseStream({
  name: "payments",
  owner: "fraud",
  description: "payments",
  fields: {
    at: { type: "timestamp" },
    card: { type: "category" },
    amount: { type: "number", required: false },
  },
  eventTime: "at",
  features: { sum: { entity: ["card"], operation: "sum", value: "amount", window: "3h" } },
});

const event = (id: string, hoursAgo: number, amount = 1): StreamEvent => {
  const timeMs = NOW - hoursAgo * HOUR;
  return { id, timeMs, values: { at: timeMs, card: "c", amount } };
};

/** Two writers of the same items; the first remembers what it wrote. */
async function twoWriters() {
  const items = memoryItems();
  let ids = 0;
  const shared = { items, clock: () => NOW, newId: () => `${ids++}` };
  const first = memoryFeatureStore({ ...shared, rememberedEvents: 100_000 });
  const second = memoryFeatureStore(shared);
  await first.setCompleteFrom(stream, NOW - 1_000 * HOUR);
  const request = { stream, featureName: "sum", key: ["c"], atMs: NOW };
  return { items, first, second, sum: async () => (await second.read([request]))[0] };
}

it("reads no state again that it wrote, and still knows each event", async () => {
  const { items, first, sum } = await twoWriters();
  await first.add(stream, [event("a", 2)]);
  items.gets.length = 0;

  expect(await first.add(stream, [event("a", 2), event("b", 1)])).toMatchObject({
    ...{ added: 1, duplicates: 1 },
  });
  expect(items.gets.every((keys) => keys === 0)).toBe(true);
  expect(await sum()).toEqual({ value: 2 });
});

it("reads a state again that another writer has changed", async () => {
  const { first, second, sum } = await twoWriters();
  await first.add(stream, [event("a", 2, 1)]);
  await second.add(stream, [event("b", 1, 10)]);
  await first.add(stream, [event("c", 1, 100)]);

  expect(await sum()).toEqual({ value: 111 });
});

it("takes no tile for lost that another writer has replaced", async () => {
  const { first, second } = await twoWriters();
  // enough for several tiles
  const many = Array.from({ length: 12_000 }, (_, i) => event(`e${i}`, 2.5 - i / 6_000, i / 8));
  await second.add(stream, many);
  await first.add(stream, [event("newest", 0.1)]);
  await second.add(stream, [event("early", 2.49)]);

  expect(await first.add(stream, [event("earlier too", 2.48)])).toEqual({
    ...{ added: 1, duplicates: 0, tooLate: 0 },
  });
});
