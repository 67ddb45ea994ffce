import { expect, it } from "vitest";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import type { StreamDefinition } from "../../../core/definition/stream-schema.ts";
import type { StreamEvent } from "../../../core/features/feature-store.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { addPast } from "../../../engine/streams/add-past.ts";

const stream = parseStream({
  name: "purchases",
  owner: "risk",
  description: "Purchases",
  fields: {
    at: { type: "timestamp" },
    card: { type: "category" },
    shop: { type: "category", required: false },
    pieces: { type: "integer" },
  },
  eventTime: "at",
  features: {
    card_sum_1h: { entity: ["card"], operation: "sum", value: "pieces", window: "1h" },
    shop_count_1h: { entity: ["shop"], operation: "count", window: "1h" },
  },
});

it("adds the past one kind of entity after another, in order of the entity, and counts events once", async () => {
  const calls: { features: readonly string[]; events: readonly StreamEvent[] }[] = [];
  const progress: number[] = [];
  const features = {
    add: async ({ features: declared }: StreamDefinition, events: readonly StreamEvent[]) => {
      calls.push({ features: Object.keys(declared), events });
      return { added: events.length - 1, duplicates: 0, tooLate: 1 };
    },
  };

  const counts = await withDuckdb({ threads: 1 }, async ({ connection }) => {
    await connection.run(`
      CREATE TABLE past AS SELECT *, make_timestamp_ms(__ms::BIGINT) AS at FROM (VALUES
        ('a', 3.0, 'c2', 's', 1::BIGINT), (NULL, 2.0, 'c1', NULL, 2::BIGINT), ('b', 1.0, 'c1', 's', 3::BIGINT),
        ('early', 0.0, 'c1', 's', 4::BIGINT)
      ) AS t(__id, __ms, card, shop, pieces)`);
    const onProgress = (done: number) => void progress.push(done);
    return addPast({ features, onProgress }, connection, { stream, table: "past WHERE __ms >= 1" });
  });

  // an event without a shop is none of a shop; one without an id is told apart by its place
  expect(
    calls.map(({ events, ...call }) => ({ ...call, ids: events.map(({ id }) => id) })),
  ).toEqual([
    { features: ["card_sum_1h"], ids: ["b", "history:1", "a"] },
    { features: ["shop_count_1h"], ids: ["b", "a"] },
  ]);
  expect(calls[0]?.events[0]).toMatchObject({ timeMs: 1, values: { card: "c1", pieces: 3 } });
  expect(counts).toEqual({ events: 3, added: 2, duplicates: 0, tooLate: 1 });
  expect(progress.at(-1)).toBe(3);
});
