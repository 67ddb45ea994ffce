/**
 * A cold start with a model of 1 MB: from the start of a fresh process to its first answer, by predict's
 * bundle as it is packed for Lambda, with S3, SQS and DynamoDB on loopback, and by FastAPI, uvicorn and ONNX
 * Runtime with the same graph from a file, if `node bench/fastapi/set-up.ts` has installed them. In turns.
 *
 * Prints one JSON row with medians; exits 1 on a wrong answer and above the limits (with BENCH_LATENCY=shown,
 * for machines that do other work too, these are only said). What Lambda needs to fetch a package and to
 * start its sandbox is not in it. Python's server listens on a socket, the bundle is handed its event.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { fileObjectStore } from "../local/file-object-store.ts";
import { homePaths } from "../local/local-environment.ts";
import { startFastapi } from "./fastapi/start-fastapi.ts";
import { FASTAPI_PYTHON } from "./fastapi/venv.ts";
import { FLIGHT, SERVED_HOME, SERVED_MODEL, trainServedModel } from "./served-model/serve-here.ts";
import { startServingServices } from "./serving-services.ts";
import { type DeployedFunction, synthesize } from "./synthesize.ts";

const LIMITS = { firstAnswerMs: 350, ofPython: 1 / 4 };
const PROCESSES = 11;

const EVENT = {
  version: "2.0",
  rawPath: `/models/${SERVED_MODEL}/predictions`,
  rawQueryString: "",
  headers: { "content-type": "application/json" },
  requestContext: { requestId: "bench", http: { method: "POST", path: "/" } },
  isBase64Encoded: false,
  body: JSON.stringify({ instances: [FLIGHT] }),
};

/** Milliseconds since the process was started. */
interface Phases {
  readonly process: number;
  readonly modules: number;
  readonly runtime: number;
  readonly modelBytes: number;
  readonly answer: number;
}

await trainServedModel();
const folder = await mkdtemp(join(tmpdir(), "millrace-cold-start-"));
const services = await startServingServices(SERVED_HOME);
const { functions, remove } = await synthesize();
try {
  const predict = functions.find(({ name }) => name === "Predict");
  if (predict === undefined) throw new Error("there is no function Predict");
  const probe = builtProbe();
  const graph = await modelGraph();
  const ours: Phases[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < PROCESSES; i++) {
    ours.push(await startOurs(predict, probe));
    if (existsSync(FASTAPI_PYTHON)) theirs.push(await startTheirs(graph));
  }
  judge(ours, theirs);
} finally {
  await remove();
  await services.stop();
  await rm(folder, { recursive: true, force: true });
}

function judge(ours: readonly Phases[], theirs: readonly number[]): void {
  const of = (name: keyof Phases) => median(ours.map((phases) => phases[name]));
  const firstAnswerMs = of("answer");
  const pythonMs = theirs.length > 0 ? median(theirs) : undefined;
  const ofPython = pythonMs && firstAnswerMs / pythonMs;
  const names = ["process", "modules", "runtime", "modelBytes", "answer"] as const;
  const sinceStartMs = Object.fromEntries(names.map((name) => [name, of(name)]));
  const row = { processes: PROCESSES, sinceStartMs, firstAnswerMs, pythonMs, ofPython };
  console.log(JSON.stringify({ benchmark: "cold-start", ...row }));
  const slow = [
    !(firstAnswerMs <= LIMITS.firstAnswerMs) &&
      `the first answer took ${firstAnswerMs} ms, above ${LIMITS.firstAnswerMs}`,
    ofPython === undefined && "FastAPI is not installed: node bench/fastapi/set-up.ts",
    ofPython !== undefined &&
      !(ofPython <= LIMITS.ofPython) &&
      `the first answer took ${ofPython} of Python's time, above ${LIMITS.ofPython}`,
  ].filter((failure) => failure !== false);
  for (const failure of slow) console.error(failure);
  if (slow.length > 0 && process.env.BENCH_LATENCY !== "shown") process.exitCode = 1;
}

/** The graph of the model's newest version. */
async function modelGraph(): Promise<Uint8Array> {
  const store = fileObjectStore(homePaths.objects(SERVED_HOME));
  const graphs: string[] = [];
  for await (const { key } of store.list(`models/${SERVED_MODEL}/`)) {
    if (key.endsWith("/model.onnx")) graphs.push(key);
  }
  return store.get(graphs.at(-1) ?? "");
}

/** The probe as plain JavaScript. */
function builtProbe(): string {
  const outfile = join(folder, "probe.mjs");
  const entryPoints = [join(import.meta.dirname, "cold-start-probe.ts")];
  buildSync({ entryPoints, outfile, format: "esm", platform: "node" });
  return outfile;
}

async function startOurs(fn: DeployedFunction, probe: string): Promise<Phases> {
  const own = Object.entries(fn.variables).map(([name, value]) => [
    name,
    typeof value === "string" ? value : name,
  ]);
  // An instance of Lambda begins with an empty one.
  const temporary = await mkdtemp(join(folder, "tmp-"));
  const startedAt = Date.now();
  const { stdout } = await promisify(execFile)(process.execPath, [probe, JSON.stringify(EVENT)], {
    cwd: fn.folder,
    env: {
      ...Object.fromEntries(own),
      ...services.variables,
      NODE_PATH: fn.layers.join(":"),
      TMPDIR: temporary,
    },
  });
  const told = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  if (told.statusCode !== 200 || !told.answer.includes("probability")) {
    throw new Error(`predict answered ${told.statusCode}: ${told.answer}`);
  }
  return {
    process: told.begunAt - startedAt,
    modules: told.modulesAt - startedAt,
    runtime: told.runtimeAt - startedAt,
    modelBytes: told.bytesAt - startedAt,
    answer: told.answeredAt - startedAt,
  };
}

async function startTheirs(graph: Uint8Array): Promise<number> {
  const path = join(folder, "model.onnx");
  await writeFile(path, graph);
  const startedAt = Date.now();
  const server = await startFastapi(path);
  try {
    const response = await fetch(server.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ instances: [FLIGHT] }),
    });
    if (!(await response.text()).includes("probability")) throw new Error("Python did not answer");
    return Date.now() - startedAt;
  } finally {
    await server.stop();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] as number);
}
