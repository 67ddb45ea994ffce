/**
 * Predicts single rows over local HTTP, 50 connections in a closed loop, and promotes a new version in
 * the middle. Prints one JSON row; exits 1 on any failed request, a promotion that was not picked up,
 * or latencies above what was promised.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { monotonicFactory } from "ulid";
import { embeddedMetrics } from "../core/observability/embedded-metrics.ts";
import { MOST_BODY_BYTES } from "../functions/middleware/json-body.ts";
import { makeHandler } from "../functions/predict/handler.ts";
import { diskQueue } from "../local/disk-queue.ts";
import { eventOfRequest, writeAnswer } from "../local/http-event.ts";
import { listen } from "../local/http-server.ts";
import { trainedVersion } from "./serving/trained-version.ts";

const MOST_P50_MS = 8;
const MOST_P99_MS = 30;
const CONNECTIONS = 50;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const MODEL = "flight-delay";
const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "A07", destination: "A19", distance: 1745 };

// Plain ulid() asks for random bytes 16 times an id: under load, the largest single cost of a request.
const newId = monotonicFactory();
const versions = [await trainedVersion(1), await trainedVersion(2)];
let champion = 1;
let metricLines = 0;
const alias = () => ({
  model: MODEL,
  alias: "champion" as const,
  version: champion,
  since: "",
  by: "bench",
});
const directory = await mkdtemp(join(tmpdir(), "millrace-bench-"));
const queue = await diskQueue({ directory, newId });
const failed: unknown[] = [];
const predict = makeHandler({
  registry: {
    aliases: async () => [alias()],
    model: () => Promise.reject(new Error("not asked")),
    models: async () => [],
    versions: async () => [],
  },
  loadVersion: async (_model, version) => {
    const found = versions[version - 1];
    if (found === undefined) throw new Error(`no version ${version}`);
    return found;
  },
  queue,
  emit: embeddedMetrics(() => {
    metricLines += 1;
  }, Date.now),
  log: (line) => failed.push(line),
  clock: Date.now,
  stopwatch: () => performance.now(),
  newId,
  afterAnswer: (task) => setImmediate(() => task().catch((error) => failed.push(error))),
  serverVersion: "bench",
});
const reading = { mostBodyBytes: MOST_BODY_BYTES, requestId: "bench", timeMs: Date.now() };
const server = await listen(
  0,
  async (request, response) =>
    writeAnswer(response, await predict(await eventOfRequest(request, reading))),
  (line) => failed.push(line),
);

const url = `http://127.0.0.1:${server.port}/models/${MODEL}/predictions`;
const request = {
  url,
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ instances: [FLIGHT] }),
  connections: CONNECTIONS,
  // In a thread of its own: the load must not take the server's turns of the event loop.
  workers: 1,
} as const;
await autocannon({ ...request, duration: 2 });
setTimeout(() => {
  champion = 2;
}, SECONDS * 500);
const { latency, requests, errors, timeouts, non2xx } = await autocannon({
  ...request,
  duration: SECONDS,
});
const last = await fetch(url, { method: "POST", body: request.body });
const { version } = (await last.json()) as { readonly version: number };
await server.stop();
await queue.close();
await rm(directory, { recursive: true });

const row = {
  benchmark: "serving",
  connections: CONNECTIONS,
  p50Ms: latency.p50,
  p99Ms: latency.p99,
  maxMs: latency.max,
  requestsPerSecond: Math.round(requests.average),
  requests: requests.total,
  errors: errors + timeouts + non2xx + failed.length,
  promotedTo: version,
  metricLines,
  graphBytes: versions[0]?.sizeBytes,
  peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
};
console.log(JSON.stringify(row));

const failures = [
  row.errors > 0 && `${row.errors} requests failed: ${JSON.stringify(failed.slice(0, 3))}`,
  version !== 2 && `the promotion was not picked up: version ${version} answers`,
  !(row.p50Ms <= MOST_P50_MS) && `p50 is ${row.p50Ms} ms, above ${MOST_P50_MS}`,
  !(row.p99Ms <= MOST_P99_MS) && `p99 is ${row.p99Ms} ms, above ${MOST_P99_MS}`,
].filter((failure) => failure !== false);
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exitCode = 1;
