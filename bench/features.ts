/**
 * Online features on real flights: events into the state of airports and routes, in a DynamoDB-compatible
 * server over HTTP, then what one prediction reads: 10 features of 3 entities. The store alone: `online.ts`
 * measures the whole way, from the platform's endpoint.
 *
 * Prints one JSON row. Exits 1 on an error, on a wrong value, and outside the limits below.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { ulid } from "ulid";
import { documentClient } from "../aws/document-client.ts";
import { dynamodbFeatureStore } from "../aws/dynamodb-features.ts";
import { ensureFeatureTable } from "../aws/features/feature-table.ts";
import { parseStream } from "../core/definition/parse-stream.ts";
import type { FeatureRequest, FeatureStore, StreamEvent } from "../core/features/feature-store.ts";
import { queryRows } from "../engine/duckdb/query.ts";
import { withDuckdb } from "../engine/duckdb/with-duckdb.ts";
import { startDynamodbServer } from "../local/dynamodb-server.ts";
import { LOCAL_WRITER } from "../local/local-adapters.ts";
import { stream as declared } from "./online-model/stream.ts";

const LIMITS = { eventsPerSecond: 5_000, readP99Ms: 8 };
const PARQUET = join(import.meta.dirname, "../node_modules/vega-datasets/data/flights-3m.parquet");
const EVENTS = 50_000;
/** As many events as a function takes from the queue at a time when there are this many. */
const EVENTS_OF_A_BATCH = 1_000;
const READS = 2_000;

const stream = parseStream(declared);

const EVENT_SQL = `
  SELECT epoch_ms(date)::DOUBLE, origin, destination, delay::DOUBLE
  FROM read_parquet('${PARQUET.replaceAll("'", "''")}')
  WHERE date >= TIMESTAMP '2001-03-01' ORDER BY date, origin, destination, delay LIMIT ${EVENTS}`;

async function flights(): Promise<readonly StreamEvent[]> {
  const rows = await withDuckdb({}, ({ connection }) => queryRows(connection, EVENT_SQL));
  return rows.map(([date, origin, destination, minutes], i) => ({
    id: `flight-${i}`,
    timeMs: Number(date),
    values: {
      date: Number(date),
      origin: String(origin),
      destination: String(destination),
      delay: minutes === null ? null : Number(minutes),
    },
  }));
}

/** @returns events per second */
async function ingest(store: FeatureStore, events: readonly StreamEvent[]): Promise<number> {
  const start = performance.now();
  let added = 0;
  for (let i = 0; i < events.length; i += EVENTS_OF_A_BATCH) {
    added += (await store.add(stream, events.slice(i, i + EVENTS_OF_A_BATCH))).added;
  }
  if (added !== events.length) throw new Error(`${added} of ${events.length} events were added`);
  return (events.length / (performance.now() - start)) * 1_000;
}

const requestsOf = ({ values }: StreamEvent, atMs: number): readonly FeatureRequest[] =>
  Object.entries(stream.features).map(([featureName, { entity }]) => ({
    ...{ stream, featureName, atMs },
    key: entity.map((field) => String(values[field])),
  }));

/** @returns milliseconds of each read, by rising duration */
async function reads(
  store: FeatureStore,
  events: readonly StreamEvent[],
): Promise<readonly number[]> {
  const atMs = (events.at(-1) as StreamEvent).timeMs;
  const durations: number[] = [];
  for (let i = 0; i < READS; i++) {
    const row = events[events.length - 1 - i * 7] as StreamEvent;
    const start = performance.now();
    const answers = await store.read(requestsOf(row, atMs));
    durations.push(performance.now() - start);
    const wrong = answers.find((answer) => "unavailable" in answer);
    if (wrong) throw new Error(`a feature is unavailable: ${JSON.stringify(wrong)}`);
  }
  return durations.sort((a, b) => a - b);
}

/** Flights from Atlanta within the last hour, counted event by event. */
async function checkCount(store: FeatureStore, events: readonly StreamEvent[]): Promise<void> {
  const atMs = (events.at(-1) as StreamEvent).timeMs;
  const counted = events.filter(
    ({ timeMs, values }) => values.origin === "ATL" && timeMs >= atMs - 3_600_000 && timeMs < atMs,
  ).length;
  const request = { stream, featureName: "origin_flights_1h", key: ["ATL"], atMs };
  const [answer] = await store.read([request]);
  if (answer && "value" in answer && answer.value === counted && counted > 0) return;
  throw new Error(`origin_flights_1h of ATL is ${JSON.stringify(answer)}, not ${counted}`);
}

const folder = await mkdtemp(join(tmpdir(), "millrace-bench-"));
const server = await startDynamodbServer(join(folder, "tables.db"), "");
try {
  const client = documentClient({
    endpoint: server.endpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const table = "features";
  await ensureFeatureTable(client, table);
  const store = dynamodbFeatureStore({
    ...{ client, table, clock: Date.now, newId: ulid },
    ...LOCAL_WRITER,
  });
  const events = await flights();
  await store.setCompleteFrom(stream, Date.parse("2000-01-01"));
  const eventsPerSecond = Math.round(await ingest(store, events));
  await checkCount(store, events);
  const durations = await reads(store, events);
  const quantile = (share: number) =>
    Number((durations[Math.ceil(durations.length * share) - 1] as number).toFixed(2));

  const row = {
    benchmark: "features",
    cores: availableParallelism(),
    events: events.length,
    entitiesOfAnEvent: 3,
    eventsPerSecond,
    reads: READS,
    featuresOfARead: Object.keys(stream.features).length,
    readMs: { p50: quantile(0.5), p99: quantile(0.99) },
  };
  console.log(JSON.stringify(row));
  if (!(eventsPerSecond >= LIMITS.eventsPerSecond)) {
    console.error(`${eventsPerSecond} events/s are less than ${LIMITS.eventsPerSecond}`);
    process.exitCode = 1;
  }
  if (!(row.readMs.p99 <= LIMITS.readP99Ms)) {
    console.error(`${row.readMs.p99} ms for a read is more than ${LIMITS.readP99Ms}`);
    process.exitCode = 1;
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true });
}
