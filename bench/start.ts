/**
 * Cold starts: each function's bundle, as it is packed for Lambda, loaded in a fresh process with its layers
 * on NODE_PATH; and predict until its first answer, with S3, SQS and DynamoDB on loopback.
 *
 * Prints one JSON row with the fastest of several processes: what the code needs, not what else the machine
 * does. Exits 1 on an error, a wrong answer, and
 * above the limits (with BENCH_LATENCY=shown, for machines that do other work too, times are only said).
 * What Lambda needs to fetch a package and to start Node.js is not in it.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { startPlatformProcess } from "./platform-process.ts";
import { startServingServices } from "./serving-services.ts";
import { type DeployedFunction, synthesize } from "./synthesize.ts";

const MODEL = "flight-delay";
const FLIGHT = { date: "2001-06-03T17:10:00Z", origin: "ORD", destination: "LAX", distance: 1745 };
const PROCESSES = 5;
const LIMITS = { loadMs: 500, firstAnswerMs: 500 };

interface Started {
  readonly loadMs: number;
  readonly answerMs?: number;
  readonly statusCode?: number;
  readonly answer?: string;
}

/** What CloudFormation fills in, as far as loading needs it. */
const FILLED_IN: Readonly<Record<string, string>> = {
  MILLRACE_ALERT_TOPIC_ARN: "arn:aws:sns:eu-central-1:123456789012:alerts",
  MILLRACE_COMPUTE_PLACES: '{"trainFunctions":{"3008":"train"}}',
};

const EVENT = {
  version: "2.0",
  rawPath: `/models/${MODEL}/predictions`,
  rawQueryString: "",
  headers: { "content-type": "application/json" },
  requestContext: { requestId: "bench", http: { method: "POST", path: "/" } },
  isBase64Encoded: false,
  body: JSON.stringify({ instances: [FLIGHT] }),
};

const probe = join(import.meta.dirname, "start-probe.ts");

async function start(
  { folder, layers, variables }: DeployedFunction,
  services: Readonly<Record<string, string>>,
  event?: object,
): Promise<Started> {
  const own = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === "string" ? value : (FILLED_IN[name] ?? name),
  ]);
  // an instance of Lambda begins with an empty one; objects that were fetched lie there
  const temporary = await mkdtemp(join(tmpdir(), "millrace-start-"));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [probe, ...(event ? [JSON.stringify(event)] : [])],
    {
      cwd: folder,
      env: {
        ...Object.fromEntries(own),
        ...services,
        NODE_PATH: layers.join(":"),
        HOME: process.env.HOME,
        TMPDIR: temporary,
      },
    },
  ).finally(() => rm(temporary, { recursive: true, force: true }));
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Started;
}

async function several(work: () => Promise<Started>): Promise<readonly Started[]> {
  const all: Started[] = [];
  for (let i = 0; i < PROCESSES; i++) all.push(await work());
  return all;
}

const fastest = (values: readonly number[]) => Math.round(Math.min(...values));

// kept between runs, and shared with the benchmark of serving: training takes longer than this
const home = resolve(".cache/bench-home");
await (await startPlatformProcess(home, MODEL)).stop();
const services = await startServingServices(home);
const { functions, remove } = await synthesize();
try {
  const loadMs: Record<string, number> = {};
  let answers: readonly Started[] = [];
  for (const fn of functions) {
    const isPredict = fn.name === "Predict";
    const started = await several(() =>
      start(fn, services.variables, isPredict ? EVENT : undefined),
    );
    loadMs[fn.name] = fastest(started.map((one) => one.loadMs));
    if (isPredict) answers = started;
  }
  const firstAnswerMs = fastest(answers.map(({ answerMs }) => answerMs ?? Number.NaN));
  console.log(JSON.stringify({ benchmark: "start", processes: PROCESSES, loadMs, firstAnswerMs }));

  const wrong = answers
    .filter(({ statusCode, answer }) => statusCode !== 200 || !answer?.includes("probability"))
    .map(({ statusCode, answer }) => `predict answered ${statusCode}: ${answer}`);
  if (answers.length === 0) wrong.push("there is no function Predict");
  const slow = [
    ...Object.entries(loadMs)
      .filter(([, ms]) => !(ms <= LIMITS.loadMs))
      .map(([name, ms]) => `${name} loads in ${ms} ms, above ${LIMITS.loadMs}`),
    !(firstAnswerMs <= LIMITS.firstAnswerMs) &&
      `predict's first answer took ${firstAnswerMs} ms, above ${LIMITS.firstAnswerMs}`,
  ].filter((failure) => failure !== false);
  for (const failure of [...wrong, ...slow]) console.error(failure);
  const judged = process.env.BENCH_LATENCY === "shown" ? wrong : [...wrong, ...slow];
  if (judged.length > 0) process.exitCode = 1;
} finally {
  await remove();
  await services.stop();
}
