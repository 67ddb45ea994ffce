/**
 * Single-row predictions over local HTTP, 50 connections in a closed loop: by the platform that `npm start`
 * runs, with everything it does about a request, and by FastAPI, uvicorn and ONNX Runtime with the same
 * graph, if `node bench/fastapi/set-up.ts` has installed them. One process each, in turns.
 *
 * Prints one JSON row; exits 1 on a failed request, on answers that differ, and below the limits
 * (with BENCH_LATENCY=shown, for machines that do other work too, these are only said).
 */
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { startFastapi } from "./fastapi/start-fastapi.ts";
import { FASTAPI_PYTHON } from "./fastapi/venv.ts";
import { FLIGHT, SERVED_HOME, SERVED_MODEL, startServedModel } from "./served-model/serve-here.ts";

const LIMITS = { requestRatio: 5, p99Ratio: 1 / 5 };
const CONNECTIONS = 50;
const ROUNDS = 3;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);

interface Measured {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
}

if (!existsSync(FASTAPI_PYTHON)) {
  console.error("FastAPI is not installed: node bench/fastapi/set-up.ts");
  process.exit(1);
}
const platform = await startServedModel();
const folder = await mkdtemp(join(tmpdir(), "millrace-fastapi-"));
const ours = `${platform.url}/models/${SERVED_MODEL}/predictions`;
const python = await startPython();
try {
  await checkSameAnswer(ours, python.url);
  const rounds: { readonly ours: Measured; readonly theirs: Measured }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ ours: await measure(ours), theirs: await measure(python.url) });
  }
  const row = {
    benchmark: "serving-fastapi",
    connections: CONNECTIONS,
    millrace: middle(rounds.map((round) => round.ours)),
    fastapi: middle(rounds.map((round) => round.theirs)),
  };
  const { millrace, fastapi } = row;
  const requestRatio = millrace.requestsPerSecond / fastapi.requestsPerSecond;
  const p99Ratio = millrace.p99Ms / fastapi.p99Ms;
  console.log(JSON.stringify({ ...row, requestRatio, p99Ratio }));
  const failed = rounds.reduce((sum, round) => sum + round.ours.failed + round.theirs.failed, 0);
  if (failed > 0) fail(`${failed} requests failed`);
  const slow = [
    !(requestRatio >= LIMITS.requestRatio) &&
      `requests: ${requestRatio}, below ${LIMITS.requestRatio}`,
    !(p99Ratio <= LIMITS.p99Ratio) && `p99: ${p99Ratio}, above ${LIMITS.p99Ratio}`,
  ].filter((failure) => failure !== false);
  for (const failure of slow) {
    if (process.env.BENCH_LATENCY === "shown") console.error(failure);
    else fail(failure);
  }
} finally {
  await python.stop();
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
}

function fail(why: string): void {
  console.error(why);
  process.exitCode = 1;
}

async function startPython() {
  const { version } = (await ask(ours)) as { version: number };
  const stored = join(SERVED_HOME, "objects", "models", SERVED_MODEL, "versions", String(version));
  const graph = join(folder, "model.onnx");
  await writeFile(graph, await readFile(join(stored, "model.onnx")));
  return startFastapi(graph);
}

async function ask(url: string): Promise<object> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ instances: [FLIGHT] }),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as object;
}

async function checkSameAnswer(one: string, other: string): Promise<void> {
  const probabilities = await Promise.all(
    [one, other].map(async (url) => {
      const { predictions } = (await ask(url)) as { predictions: { probability: number }[] };
      return predictions[0]?.probability ?? Number.NaN;
    }),
  );
  const [ofOne = Number.NaN, ofOther = Number.NaN] = probabilities;
  if (!(Math.abs(ofOne - ofOther) < 1e-6)) throw new Error(`answers differ: ${probabilities}`);
}

async function measure(url: string): Promise<Measured> {
  const request = {
    url,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ instances: [FLIGHT] }),
    connections: CONNECTIONS,
  } as const;
  await autocannon({ ...request, duration: 1 });
  const { latency, requests, errors, timeouts, non2xx } = await autocannon({
    ...request,
    duration: SECONDS,
  });
  return {
    requestsPerSecond: requests.average,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    failed: errors + timeouts + non2xx,
  };
}

/** The round in the middle by its requests. */
function middle(rounds: readonly Measured[]): Measured {
  const sorted = [...rounds].sort((a, b) => a.requestsPerSecond - b.requestsPerSecond);
  return sorted[Math.floor(sorted.length / 2)] as Measured;
}
