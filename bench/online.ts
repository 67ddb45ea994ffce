/**
 * Online features over HTTP, by the platform that `npm start` runs: real flights posted as events, then
 * predictions of one row whose 10 features of 3 entities are fetched. Of each prediction one value,
 * `origin_flights_1h`, is compared with a count of the flights, posted and past; of the other nine it is
 * checked that they were fetched. That all operations are right is for tests to show.
 *
 * Prints one JSON row. Exits 1 on an error, a failed request, a fallback, a wrong value, and outside the
 * limits below (with BENCH_LATENCY=shown, for machines that do other work too, these are only said).
 */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { Agent, request as httpRequest } from "node:http";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { queryRows } from "../engine/duckdb/query.ts";
import { sqlText } from "../engine/duckdb/sql.ts";
import { withDuckdb } from "../engine/duckdb/with-duckdb.ts";
import { homePaths } from "../local/local-environment.ts";
import { stream } from "./online-model/stream.ts";
import { startPlatformProcess } from "./platform-process.ts";

const MODEL = "bench-online";
const LIMITS = { eventsPerSecond: 5_000, p99Ms: 8 };
const PAST = 20_000;
const EVENTS = 50_000;
const EVENTS_OF_A_REQUEST = 1_000;
const SENDERS = 4;
const PREDICTIONS = 2_000;
const WARM_UP = 300;

interface Flight {
  readonly id: string;
  readonly date: string;
  readonly origin: string;
  readonly destination: string;
  readonly delay: number | null;
}

const FLIGHTS = `(
  SELECT date, origin, destination, delay, distance,
    row_number() OVER (ORDER BY date, origin, destination, delay, distance) AS place
  FROM read_parquet(${sqlText(resolve("node_modules/vega-datasets/data/flights-3m.parquet"))})
  WHERE date >= TIMESTAMP '2001-03-01' AND date < TIMESTAMP '2001-03-08')`;

/** Writes the flights that the model learns from, beside the model and where its stream is looked for. */
async function writePast(): Promise<void> {
  const models = resolve(".cache/bench-models");
  await withDuckdb({}, async ({ connection }) => {
    for (const folder of [join(models, MODEL, MODEL), join(models, "features")]) {
      await mkdir(folder, { recursive: true });
      await connection.run(
        `COPY (SELECT * EXCLUDE (place) FROM ${FLIGHTS} WHERE place <= ${PAST} ORDER BY place)
         TO ${sqlText(join(folder, "flights.parquet"))} (FORMAT parquet)`,
      );
    }
  });
}

async function laterFlights(): Promise<readonly Flight[]> {
  const rows = await withDuckdb({}, ({ connection }) =>
    queryRows(
      connection,
      `SELECT 'flight-' || place, strftime(date, '%Y-%m-%dT%H:%M:%SZ'), origin, destination, delay::DOUBLE
       FROM ${FLIGHTS} WHERE place > ${PAST} AND place <= ${PAST + EVENTS} ORDER BY place`,
    ),
  );
  return rows.map(([id, date, origin, destination, delay]) => ({
    id: String(id),
    date: String(date),
    origin: String(origin),
    destination: String(destination),
    delay: delay === null ? null : Number(delay),
  }));
}

/** Connections that stay open, as a service's do. */
const agent = new Agent({ keepAlive: true });

/** @returns the answer's status and JSON */
function ask<T>(url: string, method: string, body?: object): Promise<{ status: number; body: T }> {
  const { promise, resolve: done, reject } = Promise.withResolvers<{ status: number; body: T }>();
  const headers = { "content-type": "application/json" };
  const request = httpRequest(url, { method, agent, headers }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("error", reject);
    response.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      done({ status: response.statusCode ?? 0, body: JSON.parse(text) as T });
    });
  });
  request.on("error", reject);
  request.end(body && JSON.stringify(body));
  return promise;
}

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = performance.now() + 120_000;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within two minutes: ${what}`);
    await wait(50);
  }
}

/** Events that the features' state has, from the lines that the platform keeps of its metrics. */
function appliedEvents(home: string): number {
  const path = homePaths.metrics(home);
  if (!existsSync(path)) return 0;
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.includes("EventLagMs"));
  return lines.reduce(
    (sum, line) => sum + Number((JSON.parse(line) as { Events: number }).Events),
    0,
  );
}

/** @returns events per second: until the last was accepted, and until features know of all */
async function ingest(url: string, home: string, flights: readonly Flight[]) {
  const bodies: object[] = [];
  for (let i = 0; i < flights.length; i += EVENTS_OF_A_REQUEST) {
    bodies.push({ events: flights.slice(i, i + EVENTS_OF_A_REQUEST) });
  }
  const start = performance.now();
  const perSecond = () => Math.round((flights.length / (performance.now() - start)) * 1_000);
  const waiting = bodies.values();
  const sender = async () => {
    for (const body of waiting) {
      const path = `${url}/streams/${stream.name}/events`;
      const answer = await ask<{ accepted?: number }>(path, "POST", body);
      if (answer.status === 202 && answer.body.accepted === EVENTS_OF_A_REQUEST) continue;
      throw new Error(`events answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  const accepted = perSecond();
  await until("all events are applied", () => appliedEvents(home) >= flights.length);
  return { accepted, applied: perSecond() };
}

interface Answer {
  readonly predictions: readonly { readonly predictionId: string }[];
  readonly fallbacks?: readonly { readonly feature: string; readonly reason: string }[];
}

interface Predicted {
  /** Milliseconds of each request, ascending. */
  readonly durations: readonly number[];
  readonly failed: number;
  /** Features that were not fetched, with the reason. */
  readonly fallbacks: readonly string[];
  /** What was asked, by id of the prediction. */
  readonly asked: ReadonlyMap<string, { readonly origin: string; readonly date: string }>;
}

/** One request after the other, each of another flight of the last hours. */
async function predict(url: string, flights: readonly Flight[]): Promise<Predicted> {
  const durations: number[] = [];
  const fallbacks: string[] = [];
  const asked = new Map<string, { origin: string; date: string }>();
  let failed = 0;
  const date = (flights.at(-1) as Flight).date;
  for (let i = -WARM_UP; i < PREDICTIONS; i++) {
    const { origin, destination } = flights[flights.length - 1 - (i + WARM_UP) * 7] as Flight;
    const instances = [{ date, origin, destination, distance: 500 }];
    const start = performance.now();
    const answer = await ask<Answer>(`${url}/models/${MODEL}/predictions`, "POST", { instances });
    const duration = performance.now() - start;
    const [prediction] = answer.body.predictions ?? [];
    if (i >= 0) durations.push(duration);
    if (answer.status !== 200 || prediction === undefined) failed += 1;
    else asked.set(prediction.predictionId, { origin, date });
    for (const { feature, reason } of answer.body.fallbacks ?? []) {
      fallbacks.push(`${feature}: ${reason}`);
    }
  }
  return { durations: durations.sort((a, b) => a - b), failed, fallbacks, asked };
}

/** Compares the traffic that the log says the model was given with a count of the flights, posted and past. */
async function checkUsed(home: string, { asked }: Predicted): Promise<void> {
  const log = join(homePaths.objects(home), "predictions");
  const path = sqlText(join(log, "**/*.parquet"));
  const date = [...asked.values()][0]?.date ?? "";
  const counts = await withDuckdb({}, ({ connection }) =>
    queryRows(
      connection,
      `SELECT origin, count(*)::DOUBLE FROM ${FLIGHTS} WHERE place <= ${PAST + EVENTS}
       AND date >= TIMESTAMP ${sqlText(date.slice(0, 19))} - INTERVAL 1 HOUR AND date < TIMESTAMP ${sqlText(date.slice(0, 19))}
       GROUP BY origin`,
    ),
  );
  const countOf = new Map(counts.map(([origin, count]) => [String(origin), Number(count)]));
  let logged: readonly (readonly unknown[])[] = [];
  await until("all predictions are logged", async () => {
    if (!existsSync(log)) return false;
    logged = await withDuckdb({}, ({ connection }) =>
      queryRows(
        connection,
        `SELECT predictionId, feature_origin_flights_1h FROM read_parquet(${path}, hive_partitioning = false)`,
      ),
    );
    return logged.length >= asked.size;
  });
  for (const [id, flights] of logged) {
    const { origin = "" } = asked.get(String(id)) ?? {};
    const counted = countOf.get(origin) ?? 0;
    if (Number(flights) === counted) continue;
    throw new Error(`origin_flights_1h of ${origin} was ${flights}, not ${counted}`);
  }
}

await writePast();
const home = await mkdtemp(join(tmpdir(), "millrace-bench-"));
const platform = await startPlatformProcess(home, MODEL, resolve("bench/online-model")).catch(
  async (error: unknown) => {
    await rm(home, { recursive: true });
    throw error;
  },
);
try {
  await until("the features are filled from the past", async () => {
    const { body } = await ask<{ backfill?: object }>(
      `${platform.url}/api/streams/${stream.name}`,
      "GET",
    );
    return body.backfill !== undefined;
  });
  const flights = await laterFlights();
  const eventsPerSecond = await ingest(platform.url, home, flights);
  const predicted = await predict(platform.url, flights);
  await checkUsed(home, predicted);
  const quantile = (share: number) => {
    const { durations } = predicted;
    return Number((durations[Math.ceil(durations.length * share) - 1] as number).toFixed(2));
  };
  const row = {
    benchmark: "online",
    cores: availableParallelism(),
    events: flights.length,
    entitiesOfAnEvent: 3,
    eventsPerSecond,
    predictions: PREDICTIONS,
    featuresOfAPrediction: Object.keys(stream.features).length,
    predictionMs: { p50: quantile(0.5), p99: quantile(0.99) },
    failed: predicted.failed,
    fallbacks: predicted.fallbacks.length,
  };
  console.log(JSON.stringify(row));
  const [fallback] = predicted.fallbacks;
  const wrong = [
    row.failed > 0 && `${row.failed} predictions failed`,
    fallback !== undefined && `${row.fallbacks} features were not fetched, such as ${fallback}`,
  ].filter((failure) => failure !== false);
  const { accepted, applied } = eventsPerSecond;
  const slow = [
    !(accepted >= LIMITS.eventsPerSecond) && `${accepted} accepted events/s are too few`,
    !(applied >= LIMITS.eventsPerSecond) && `${applied} applied events/s are too few`,
    !(row.predictionMs.p99 <= LIMITS.p99Ms) && `p99 is above ${LIMITS.p99Ms} ms`,
  ].filter((failure) => failure !== false);
  for (const failure of [...wrong, ...slow]) console.error(failure);
  const judged = process.env.BENCH_LATENCY === "shown" ? wrong : [...wrong, ...slow];
  if (judged.length > 0) process.exitCode = 1;
} finally {
  agent.destroy();
  await platform.stop();
  await rm(home, { recursive: true });
}
