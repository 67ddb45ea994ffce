import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aggregateColumns } from "../../../core/definition/aggregate-columns.ts";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import type { StreamDefinition, StreamInput } from "../../../core/definition/stream-schema.ts";
import type { StreamEvent } from "../../../core/features/feature-store.ts";
import type { ObjectStore } from "../../../core/ports/object-store.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { queryRows } from "../../../engine/duckdb/query.ts";
import { sqlText } from "../../../engine/duckdb/sql.ts";
import { type Duckdb, withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { aggregateFunctions } from "../../../engine/features/aggregate-functions.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { type FeatureKey, naiveFeature } from "../../fixtures/features/naive-feature.ts";

const START = Date.parse("2001-06-01T00:00:00Z");
const MINUTE = 60_000;

const WINDOWS = { short: "10m", long: "90d", last: { last: 3 } } as const;

/** Every operation, over numbers, texts and truths, in every kind of window. */
const OPERATIONS: Readonly<Record<string, object>> = {
  count: { operation: "count" },
  rate: { operation: "rate", of: [{ field: "amount", is: ">", value: 1 }] },
  timeSince: { operation: "timeSince" },
  ...Object.fromEntries(
    ["sum", "mean", "min", "max", "standardDeviation", "distinct", "last", "first"].map(
      (operation) => [operation, { operation, value: "amount" }],
    ),
  ),
  topNumbers: { operation: "topK", value: "amount", k: 2 },
  topTexts: { operation: "topK", value: "shop", k: 2 },
  topTruths: { operation: "topK", value: "online", k: 1 },
  lastText: { operation: "last", value: "shop" },
  firstText: { operation: "first", value: "shop" },
  distinctTexts: { operation: "distinct", value: "shop" },
  sumTruths: { operation: "sum", value: "online" },
  lastTruth: { operation: "last", value: "online" },
};

const everyFeature = Object.entries(OPERATIONS).flatMap(([name, operation]) =>
  Object.entries(WINDOWS).map(
    ([window, span]) =>
      [
        `${name}_${window}`,
        { entity: ["card"], availableAfter: "1m", ...operation, window: span },
      ] as const,
  ),
);

const condition = (name: string, field: string, is: string, value?: unknown) => [
  [
    `where_${name}`,
    {
      entity: ["card", "online"],
      operation: "count",
      window: "1h",
      where: [{ field, is, ...(value !== undefined && { value }) }],
    },
  ] as const,
];

const stream = parseStream({
  name: "purchases",
  owner: "fraud",
  description: "Card purchases",
  fields: {
    at: { type: "timestamp" },
    card: { type: "category", required: false },
    amount: { type: "number", required: false },
    shop: { type: "category", required: false },
    online: { type: "boolean", required: false },
  },
  eventTime: "at",
  history: { format: "parquet", files: [{ name: "past.parquet" }] },
  features: Object.fromEntries([
    ...everyFeature,
    ...condition("equal", "amount", "=", 2),
    ...condition("different", "amount", "!=", 2),
    ...condition("most", "amount", "<=", 1),
    ...condition("least", "amount", ">=", 2),
    ...condition("below", "amount", "<", 0),
    ...condition("in", "shop", "in", ["a", "😀"]),
    ...condition("notIn", "shop", "not-in", ["a"]),
    ...condition("missing", "shop", "missing"),
    ...condition("present", "shop", "present"),
    ...condition("since", "at", ">=", "2001-06-01T00:10:00Z"),
    ...condition("truth", "online", "=", true),
  ]),
} as StreamInput);

let root = "";
let store: ObjectStore;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "millrace-test-"));
  store = fileObjectStore(join(root, "store"));
});

afterAll(() => rm(root, { recursive: true, force: true }));

interface Probe {
  readonly card: string | null;
  readonly online: boolean | null;
  /** With parts of milliseconds, in microseconds since 1970. */
  readonly atUs: number;
}

/** Of the streams: each question has its own past. */
let question = 0;

/** What SQL gives for each probe, feature by feature. */
async function offline(
  past: StreamDefinition,
  events: readonly StreamEvent[],
  probes: readonly Probe[],
): Promise<Readonly<Record<string, readonly unknown[]>>> {
  question += 1;
  const named = { ...past, name: `purchases-${question}` };
  const aggregates = Object.fromEntries(
    Object.keys(past.features).map((name) => [name, { stream: named.name, key: {} }]),
  );
  const columns = aggregateColumns({ streams: [named], aggregates: aggregates as never });
  const rows = probes.map(
    ({ card, online, atUs }) =>
      `(${card === null ? "NULL" : sqlText(card)}::VARCHAR, ${online}::BOOLEAN, make_timestamp(${atUs}))`,
  );
  return withDuckdb({ threads: 2 }, async (duckdb) => {
    await storeEvents(duckdb, named.name, events);
    const { features } = await aggregateFunctions(duckdb, {
      ...{ store, columns, eventTime: "at", span: { fromMs: 0, toMs: START * 2 } },
      fields: past.fields,
    });
    const selected = features.map(({ call, value }) => value(call));
    const found = await queryRows(
      duckdb.connection,
      `SELECT ${selected.join(", ")} FROM (VALUES ${rows.join(", ")}) probes(card, online, "at")`,
    );
    return Object.fromEntries(columns.map(({ name }, i) => [name, found.map((row) => row[i])]));
  });
}

async function storeEvents(
  { connection }: Duckdb,
  name: string,
  events: readonly StreamEvent[],
): Promise<void> {
  const text = (value: unknown) => (typeof value === "string" ? sqlText(value) : "NULL::VARCHAR");
  const rows = events.map(
    ({ id, timeMs, values }) =>
      `(${sqlText(id)}, make_timestamp(${timeMs * 1_000 + 999}), ${text(values.card)}, ${values.amount ?? null}::DOUBLE, ${text(values.shop)}, ${values.online ?? null}::BOOLEAN)`,
  );
  const path = join(root, `${name}.parquet`);
  const none = `SELECT * FROM (VALUES ('', TIMESTAMP '2001-01-01', '', 0::DOUBLE, '', true)) r(id, "at", card, amount, shop, online) WHERE false`;
  const filled = `SELECT * FROM (VALUES ${rows.join(", ")}) r(id, "at", card, amount, shop, online)`;
  await connection.run(
    `COPY (${rows.length === 0 ? none : filled}) TO ${sqlText(path)} (FORMAT parquet)`,
  );
  await store.putFile(storageKeys.streamHistory(name, "past.parquet"), path);
}

const cards = fc.constantFrom<string | null>("a", "b", "😀", "\uffff", null);
const amounts = fc.constantFrom<number | null>(0, 1, 1.5, 2, -7, 1e15, -1e15, 1e-7, null);
/** Few times, so that they tie; exactly on the edges of windows too. */
const minutes = fc.integer({ min: 0, max: 40 });
const events = fc.array(
  fc.record({
    id: fc.constantFrom("1", "2", "3", "4", "5", "6", "7", "8"),
    timeMs: minutes.map((minute) => START + minute * MINUTE),
    values: fc.record({ card: cards, amount: amounts, shop: cards, online: truths() }),
  }),
  { maxLength: 60 },
);
const probes = fc.array(
  fc.record({
    ...{ card: cards, online: truths() },
    atUs: fc
      .tuple(fc.integer({ min: -5, max: 60 }), fc.constantFrom(-1, 0, 1, 999, 1_000))
      .map(([minute, us]) => (START + minute * MINUTE) * 1_000 + us),
  }),
  { minLength: 1, maxLength: 20 },
);

function truths() {
  return fc.constantFrom<boolean | null>(true, false, null);
}

/** What stands in the table is `at`, which the reference is given as a number. */
const withTimes = (given: readonly StreamEvent[]): readonly StreamEvent[] =>
  given.map((event) => ({ ...event, values: { ...event.values, at: event.timeMs } }));

describe("features computed offline", () => {
  it("are those of the definition, event by event, for every operation and window", async () => {
    await fc.assert(
      fc.asyncProperty(events, probes, async (some, asked) => {
        const given = withTimes(some);
        const found = await offline(stream, given, asked);
        for (const [name, { entity }] of Object.entries(stream.features)) {
          const wanted = asked.map((probe) => {
            const key: FeatureKey = entity.map((field) => probe[field as "card" | "online"]);
            return naiveFeature(stream, name, given, key, Math.floor(probe.atUs / 1_000));
          });
          for (const [i, value] of wanted.entries()) {
            const got = found[name]?.[i];
            const what = `${name} of ${JSON.stringify(asked[i])}`;
            if (typeof value !== "number") expect(got, what).toBe(value);
            else
              expect(Math.abs((got as number) - value), what).toBeLessThanOrEqual(
                1e-9 * Math.max(1, Math.abs(value)),
              );
          }
        }
      }),
      { numRuns: 12 },
    );
  });
});
