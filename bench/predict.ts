/**
 * The predict function in this process, JSON text in to JSON text out, with validation, routing and the
 * log record: one row a request, and 1,000 rows, each beside ONNX Runtime alone on the same rows; and what one
 * and 10 explained rows cost.
 *
 * Prints one JSON row. Exits 1 on a wrong answer and above the limits below (with BENCH_LATENCY=shown, for
 * machines that do other work too, these are only said).
 */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { FLIGHT, SERVED_MODEL, serveHere, trainServedModel } from "./served-model/serve-here.ts";

const LIMITS = { p50Ms: 0.25, p99Ms: 1, thousandRatio: 1.5 };
const REQUESTS = 20_000;
const BATCHES = 200;
const EXPLAINED = 1_000;

await trainServedModel();
const served = await serveHere();
try {
  const one = await timesOf(REQUESTS, await asking([FLIGHT]));
  const oneRaw = await timesOf(REQUESTS, await running(1));
  const flights = Array.from({ length: 1_000 }, (_, i) => ({ ...FLIGHT, distance: 100 + i }));
  const ask = await asking(flights);
  const run = await running(1_000);
  const { ours, theirs } = await alternating(BATCHES, ask, run);
  const explainedMs = await cpuOfExplaining([1, 10]);
  const row = {
    benchmark: "predict",
    p50Ms: quantile(one, 0.5),
    p99Ms: quantile(one, 0.99),
    rawP50Ms: quantile(oneRaw, 0.5),
    costOverRawMs: quantile(one, 0.5) - quantile(oneRaw, 0.5),
    thousandRows: { ms: quantile(ours, 0.5), rawMs: quantile(theirs, 0.5) },
    thousandRatio: quantile(ours, 0.5) / quantile(theirs, 0.5),
    explainedCpuMs: Object.fromEntries(explainedMs),
  };
  console.log(JSON.stringify(row));
  const slow = (["p50Ms", "p99Ms", "thousandRatio"] as const)
    .filter((name) => !(row[name] <= LIMITS[name]))
    .map((name) => `${name} is ${row[name]}, above ${LIMITS[name]}`);
  for (const failure of slow) console.error(failure);
  if (slow.length > 0 && process.env.BENCH_LATENCY !== "shown") process.exitCode = 1;
} finally {
  await served.stop();
}

/** Milliseconds of processor time that a request with explanations of so many rows takes, all threads counted. */
async function cpuOfExplaining(rows: readonly number[]) {
  const found: (readonly [number, number])[] = [];
  for (const count of rows) {
    const ask = await asking(Array<object>(count).fill(FLIGHT), true);
    for (let i = 0; i < EXPLAINED / 10; i++) await ask();
    const before = process.cpuUsage();
    for (let i = 0; i < EXPLAINED; i++) await ask();
    const { user, system } = process.cpuUsage(before);
    found.push([count, (user + system) / 1_000 / EXPLAINED]);
  }
  return found;
}

/** Asks the function once; what it answers is checked. */
async function asking(instances: readonly object[], explain = false): Promise<() => Promise<void>> {
  const body = JSON.stringify({ instances, ...(explain && { explain }) });
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath: `/models/${SERVED_MODEL}/predictions`,
    rawQueryString: "",
    headers: { "content-type": "application/json" },
    requestContext: { requestId: "bench", http: { method: "POST" } },
    isBase64Encoded: false,
    body,
  } as unknown as APIGatewayProxyEventV2;
  const { predictions, explanations } = JSON.parse((await served.handle({ ...event })).body ?? "");
  if (explain && explanations?.rows.length !== instances.length) {
    throw new Error("the function did not explain every row");
  }
  if (predictions?.length !== instances.length) throw new Error("the function did not answer");
  return async () => {
    const { statusCode } = await served.handle({ ...event });
    if (statusCode !== 200) throw new Error(`the function answered ${statusCode}`);
    served.afterAnswer();
  };
}

/** Runs the graph alone once. */
async function running(rows: number): Promise<() => Promise<void>> {
  const session = await InferenceSession.create(served.graph, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const at = new Date(FLIGHT.date);
  const numbers: Record<string, (row: number) => number> = {
    date: () => at.getTime(),
    distance: (row) => 100 + row,
    hour: () => at.getUTCHours(),
    weekday: () => at.getUTCDay(),
  };
  const feeds = Object.fromEntries(
    session.inputMetadata.map((input) => {
      const dims = [rows, 1];
      const of = numbers[input.name];
      if (of === undefined) {
        const text = input.name === "origin" ? FLIGHT.origin : FLIGHT.destination;
        return [input.name, new Tensor("string", Array<string>(rows).fill(text), dims)];
      }
      return [
        input.name,
        new Tensor(
          "float32",
          Float32Array.from({ length: rows }, (_, i) => of(i)),
          dims,
        ),
      ];
    }),
  );
  return async () => {
    await session.run(feeds);
  };
}

/** Milliseconds of each of so many calls, one after the other; a tenth more go before, unmeasured. */
async function timesOf(calls: number, call: () => Promise<void>): Promise<Float64Array> {
  for (let i = 0; i < calls / 10; i++) await call();
  const times = new Float64Array(calls);
  for (let i = 0; i < calls; i++) {
    const startedAt = performance.now();
    await call();
    times[i] = performance.now() - startedAt;
    if (i % 100 === 0) await served.settled();
  }
  return times.sort();
}

/** Both in turn, so that whatever the machine does meets both. */
async function alternating(calls: number, our: () => Promise<void>, their: () => Promise<void>) {
  const ours = new Float64Array(calls);
  const theirs = new Float64Array(calls);
  for (let i = -20; i < calls; i++) {
    for (const [times, call] of [
      [ours, our],
      [theirs, their],
    ] as const) {
      const startedAt = performance.now();
      await call();
      if (i >= 0) times[i] = performance.now() - startedAt;
      await served.settled();
    }
  }
  return { ours: ours.sort(), theirs: theirs.sort() };
}

/** @param times ascending */
function quantile(times: Float64Array, share: number): number {
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] as number;
}
