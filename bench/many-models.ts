/**
 * 1,000 registered models of three sizes behind one predict function in this process, its requests spread by
 * Zipf's law (exponent 1), beside requests for one model only. The bound of memory is that of a function of
 * 1,769 MB. A request that finds its version not loaded loads it, from disk and a registry on loopback.
 *
 * What belongs after an answer is done before the next request and not timed, as in a function.
 *
 * Two rows: `warm`, where each model was asked once and the bound holds them all, is what is judged; `tight`,
 * with a bound that holds a tenth, tells what misses cost, and is judged by its memory only. Prints both as
 * JSON; exits 1 on a failed request or above the limits (BENCH_LATENCY=shown: times are only said).
 */

import { memoryForVersions, versionMemory } from "../core/inference/version-memory.ts";
import { manyModels } from "./served-model/many-models.ts";
import { predictHere } from "./served-model/predict-here.ts";
import { FLIGHT, trainServedModel } from "./served-model/serve-here.ts";
import { smallGraph } from "./served-model/small-graph.ts";

const LIMITS = { p99Ratio: 2 };
const MODELS = 1_000;
const REQUESTS = 20_000;
const TIGHT_REQUESTS = 3_000;
const CATEGORIES = [20, 200, 1_000];
const MOST_BYTES = memoryForVersions(1_769);

/** Bytes of the memory of this process. */
const memory = () => process.memoryUsage.rss();

const sizes = CATEGORIES.map(smallGraph);
const names = Array.from({ length: MODELS }, (_, i) => `bench-${i}`);
const graphOf = (i: number) => sizes[i % sizes.length] as Uint8Array;
const workingSet = names.reduce((sum, _, i) => sum + versionMemory(graphOf(i).byteLength), 0);

await trainServedModel();
const home = await manyModels(new Map(names.map((name, i) => [name, graphOf(i)])));
try {
  // What a function has without versions is no part of their bound: runtime, code, a heap that was used.
  await times(predictHere({ ...home, mostBytes: 0 }), TIGHT_REQUESTS / 10, zipf());
  const tight = await measureTight(workingSet / 10);
  const warm = await measureWarm();
  const row = {
    ...{ benchmark: "many-models", models: MODELS, graphBytes: sizes.map((one) => one.length) },
    ...{ workingSetMb: megabytes(workingSet), boundMb: megabytes(MOST_BYTES), warm, tight },
  };
  console.log(JSON.stringify(row));
  const large = [warm, tight]
    .filter(({ grownMb, boundMb }) => grownMb > boundMb)
    .map(({ grownMb, boundMb }) => `memory grew by ${grownMb} MB, above ${boundMb}`);
  const isSlow = !(warm.p99Ratio <= LIMITS.p99Ratio);
  if (isSlow) console.error(`p99 is ${warm.p99Ratio} of one model's, above ${LIMITS.p99Ratio}`);
  for (const failure of large) console.error(failure);
  if (large.length > 0 || (isSlow && process.env.BENCH_LATENCY !== "shown")) process.exitCode = 1;
} finally {
  await home.stop();
}

async function measureWarm() {
  const before = memory();
  const served = predictHere({ ...home, mostBytes: MOST_BYTES });
  for (const name of names) {
    await served.ask(name, FLIGHT);
    await served.settle();
  }
  const loads = served.loads();
  const one = await times(served, REQUESTS, () => "bench-2");
  const many = await times(served, REQUESTS, zipf());
  return {
    ...{ onceLoadedMs: quantile(one, 0.5), oneP99Ms: quantile(one, 0.99) },
    ...{ p50Ms: quantile(many, 0.5), p99Ms: quantile(many, 0.99) },
    p99Ratio: quantile(many, 0.99) / quantile(one, 0.99),
    missShare: (served.loads() - loads) / (2 * REQUESTS),
    ...{ grownMb: megabytes(memory() - before), boundMb: megabytes(MOST_BYTES) },
  };
}

async function measureTight(mostBytes: number) {
  const before = memory();
  const served = predictHere({ ...home, mostBytes });
  const many = await times(served, TIGHT_REQUESTS, zipf());
  return {
    ...{ p50Ms: quantile(many, 0.5), p99Ms: quantile(many, 0.99) },
    missShare: served.loads() / TIGHT_REQUESTS,
    ...{ grownMb: megabytes(memory() - before), boundMb: megabytes(mostBytes) },
  };
}

/** Milliseconds of each request, ascending. */
async function times(
  served: ReturnType<typeof predictHere>,
  requests: number,
  next: () => string,
): Promise<Float64Array> {
  const all = new Float64Array(requests);
  for (let i = -requests / 10; i < requests; i++) {
    const name = next();
    const startedAt = performance.now();
    await served.ask(name, FLIGHT);
    if (i >= 0) all[i] = performance.now() - startedAt;
    await served.settle();
  }
  return all.sort();
}

/** Names drawn by Zipf's law, the same ones each time. */
function zipf(): () => string {
  const sums: number[] = [];
  for (let i = 0; i < MODELS; i++) sums.push((sums.at(-1) ?? 0) + 1 / (i + 1));
  const all = sums.at(-1) as number;
  let state = 1;
  return () => {
    // Source: Park and Miller (1988), "Random number generators: good ones are hard to find".
    state = (state * 48_271) % 2_147_483_647;
    const at = (state / 2_147_483_647) * all;
    return names[sums.findIndex((sum) => sum >= at)] as string;
  };
}

/** @param ascending times */
function quantile(ascending: Float64Array, share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] as number;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
