import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aggregateColumns } from "../../../core/definition/aggregate-columns.ts";
import { parseStream } from "../../../core/definition/parse-stream.ts";
import type { FeatureAnswer, StreamEvent } from "../../../core/features/feature-store.ts";
import { storageKeys } from "../../../core/storage-keys.ts";
import { queryRows } from "../../../engine/duckdb/query.ts";
import { sqlText } from "../../../engine/duckdb/sql.ts";
import { withDuckdb } from "../../../engine/duckdb/with-duckdb.ts";
import { aggregateFunctions } from "../../../engine/features/aggregate-functions.ts";
import { stream as flights } from "../../../features/flights.ts";
import { fileObjectStore } from "../../../local/file-object-store.ts";
import { memoryFeatureStore } from "../../fixtures/features/memory-feature-store.ts";

const FLIGHTS = join(
  import.meta.dirname,
  "../../../node_modules/vega-datasets/data/flights-3m.parquet",
);
const DAY = 86_400_000;

const ofDelay = ["sum", "mean", "min", "max", "standardDeviation", "distinct", "last", "first"];
const WINDOWS = { short: "90m", long: "2d", last: { last: 12 } } as const;
const more = Object.entries(WINDOWS).flatMap(([name, window]) => [
  ...ofDelay.map((operation) => [
    `${operation}_${name}`,
    { ...{ entity: ["origin"], operation, value: "delay", window }, availableAfter: "1h" },
  ]),
  ...[
    ["top", { operation: "topK", value: "destination", k: 3 }],
    ["since", { operation: "timeSince", where: [{ field: "delay", is: ">", value: 30 }] }],
    ["rate", { operation: "rate", of: [{ field: "delay", is: "<=", value: 0 }] }],
    ["count", { operation: "count", entity: ["destination", "origin"] }],
  ].map(([operation, rest]) => [
    `${operation as string}_${name}`,
    { entity: ["origin"], window, ...(rest as object) },
  ]),
]);

/** The stream of the example, with every operation over three windows. */
const stream = parseStream({
  ...flights,
  history: { format: "parquet", files: [{ name: "some.parquet" }] },
  features: { ...flights.features, ...Object.fromEntries(more) },
});

let root = "";

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "millrace-test-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Real flights between four airports, by time, and what is computed offline for each of them. */
async function offline() {
  const store = fileObjectStore(join(root, "store"));
  const path = join(root, "some.parquet");
  const some = ["ORD", "ATL", "DFW", "LGA"].map(sqlText).join(", ");
  const aggregates = Object.fromEntries(
    Object.keys(stream.features).map((name) => [name, { stream: stream.name, key: {} }]),
  );
  const columns = aggregateColumns({ streams: [stream], aggregates: aggregates as never });
  return withDuckdb({ threads: 2 }, async (duckdb) => {
    const { connection } = duckdb;
    await connection.run(`
      COPY (
        SELECT date, origin, destination, delay::DOUBLE AS delay FROM read_parquet(${sqlText(FLIGHTS)})
        WHERE date BETWEEN TIMESTAMP '2001-03-01' AND TIMESTAMP '2001-03-04'
          AND origin IN (${some}) AND destination IN (${some})
        ORDER BY date, origin, destination, delay
      ) TO ${sqlText(path)} (FORMAT parquet)`);
    await store.putFile(storageKeys.streamHistory(stream.name, "some.parquet"), path);
    const { features } = await aggregateFunctions(duckdb, {
      ...{ store, columns, eventTime: "date", span: { fromMs: 0, toMs: Date.now() } },
      fields: stream.fields,
    });
    const selected = features.map(({ call, value }) => value(call));
    const rows = await queryRows(
      connection,
      `SELECT epoch_ms(date)::DOUBLE, origin, destination, delay, ${selected.join(", ")}
       FROM read_parquet(${sqlText(path)})`,
    );
    return rows.map(([date, origin, destination, delay, ...values], i) => ({
      event: {
        ...{ id: `flight-${i}`, timeMs: Number(date) },
        values: { date: Number(date), origin, destination, delay } as StreamEvent["values"],
      },
      wanted: Object.fromEntries(columns.map(({ name }, place) => [name, values[place]])),
    }));
  });
}

const isEqual = (answer: FeatureAnswer | undefined, wanted: unknown): boolean => {
  if (answer === undefined || "unavailable" in answer) return false;
  const { value } = answer;
  if (typeof value !== "number") return value === wanted;
  return Math.abs(value - Number(wanted)) <= 1e-9 * Math.max(1, Math.abs(value));
};

describe("features of real flights", () => {
  it("are online, event by event, what they are offline", async () => {
    const rows = await offline();
    const store = memoryFeatureStore({ clock: () => Date.parse("2026-01-01") });
    await store.setCompleteFrom(stream, Date.parse("2001-03-01") - 100 * DAY);

    const wrong: string[] = [];
    let compared = 0;
    for (const { event, wanted } of rows) {
      const requests = Object.entries(stream.features).map(([featureName, { entity }]) => ({
        ...{ stream, featureName, atMs: event.timeMs },
        key: entity.map((field) => String(event.values[field])),
      }));
      const answers = await store.read(requests);
      for (const [i, { featureName }] of requests.entries()) {
        compared++;
        if (isEqual(answers[i], wanted[featureName])) continue;
        const both = `${JSON.stringify(answers[i])}, offline ${wanted[featureName]}`;
        wrong.push(`${featureName} of ${event.id}: online ${both}`);
      }
      await store.add(stream, [event]);
    }

    expect(wrong.slice(0, 5)).toEqual([]);
    expect(rows.length).toBeGreaterThan(300);
    expect(compared).toBe(rows.length * Object.keys(stream.features).length);
  });
});
