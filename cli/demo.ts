import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatasetManifest } from "../core/dataset/manifest.ts";
import type { DriftReport } from "../core/drift/drift-report.ts";
import { PlatformError } from "../core/errors.ts";
import type { Metrics } from "../core/registry/records.ts";
import type { VersionManifest } from "../core/run/artifacts.ts";
import { storageKeys, versionFiles } from "../core/storage-keys.ts";
import type { Execution } from "../local/executions.ts";
import { type Platform, startPlatform } from "../local/platform.ts";
import { newProgressLines } from "./follow-run.ts";
import { sampleInstances } from "./sample-instances.ts";
import { settingsOf } from "./settings.ts";
import { table } from "./table.ts";

/** What `npm run demo -- --json` prints as its last line. */
export interface DemoSummary {
  readonly seconds: number;
  readonly secondsOfStates: Readonly<Record<string, number>>;
  readonly rows: Readonly<Record<string, number>>;
  readonly datasetDigest: string;
  readonly version: number;
  /** SHA-256 of the champion's graph. */
  readonly graphSha256: string;
  readonly candidates: readonly unknown[];
  readonly metrics: Metrics;
  readonly prediction: unknown;
  readonly drift: DriftReport;
  /** Most memory that the platform and its functions held together, as an upper bound. */
  readonly peakMemoryBytes: number;
}

const MODEL = "flight-delay";
/** Enough for a verdict on drift, few enough to be sent in a moment. */
const SAMPLED_ROWS = 2_000;

/** `npm run demo`: the whole job once, in a fresh home that is removed at the end. */
async function main(json: boolean): Promise<void> {
  const startedAt = performance.now();
  const say = json ? console.error : console.log;
  const home = await mkdtemp(join(tmpdir(), "millrace-demo-"));
  const told = new Map<string, Set<number>>();
  const platform = await startPlatform({
    ...settingsOf(process.env),
    home,
    port: 0,
    only: [MODEL],
    log: (line) => {
      if ((line as { level?: string }).level === "error") console.error(JSON.stringify(line));
    },
    onProgress: ({ name, states }) => {
      const known = told.get(name) ?? new Set<number>();
      told.set(name, known);
      newProgressLines(states, known).forEach((line) => void say(line));
    },
  }).catch(async (error: unknown) => {
    await rm(home, { recursive: true, force: true });
    throw error;
  });
  try {
    say(`training ${MODEL} in a fresh home`);
    const summary = await theWholeJob(platform, startedAt);
    console.log(json ? JSON.stringify(summary) : inWords(summary));
  } finally {
    await platform.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function theWholeJob(platform: Platform, startedAt: number): Promise<DemoSummary> {
  const { executions, registry, store } = platform;
  const definition = platform.definitions.find(({ name }) => name === MODEL);
  if (!definition) throw new Error(`there is no model ${MODEL} among the models`);
  const order = { model: MODEL, reason: "demo", requestedBy: "demo" };
  const run = await executions.ended(executions.start("training", order).name);
  if (run.status !== "succeeded") throw new Error(`training failed: ${run.error}`);

  const [version] = await registry.versions(MODEL);
  if (version?.status !== "registered") {
    throw new Error(`the version was rejected: ${version?.reasons.join("; ")}`);
  }
  const { datasetDigest } = version;
  const dataset = await readJson<DatasetManifest>(
    platform,
    storageKeys.datasetManifest(MODEL, datasetDigest),
  );
  const folder = storageKeys.version(MODEL, version.version);
  const manifest = await readJson<VersionManifest>(platform, `${folder}/${versionFiles.manifest}`);
  const report = await readJson<{ candidates: readonly unknown[] }>(
    platform,
    storageKeys.runReport(MODEL, run.name),
  );

  const prediction = await predict(platform, [definition.example]);
  await predict(platform, await sampleInstances(store, definition, SAMPLED_ROWS));
  await platform.drainPredictions();
  const check = await executions.ended(executions.start("monitoring", { model: MODEL }).name);
  if (check.status !== "succeeded") throw new Error(`the drift check failed: ${check.error}`);
  const { drift } = check.output as { readonly drift: { readonly reportKey: string } };

  const { train, validation, test } = dataset.splits;
  return {
    seconds: rounded((performance.now() - startedAt) / 1000),
    secondsOfStates: { ...secondsOfStates(run), ...secondsOfStates(check) },
    rows: {
      read: dataset.rowsRead,
      train: train.rows,
      validation: validation.rows,
      test: test.rows,
      outside: dataset.rowsOutside,
      quarantined: dataset.rowsQuarantined,
    },
    datasetDigest,
    version: version.version,
    graphSha256: manifest.files[versionFiles.graph]?.sha256 ?? "",
    candidates: report.candidates,
    metrics: version.metrics,
    prediction,
    drift: await readJson<DriftReport>(platform, drift.reportKey),
    peakMemoryBytes: platform.peakFunctionMemoryBytes() + process.resourceUsage().maxRSS * 1024,
  };
}

function inWords({ rows, metrics, drift, ...summary }: DemoSummary): string {
  return [
    `\n${rows.read} rows, dataset ${summary.datasetDigest.slice(0, 12)}: train ${rows.train}, validation ${rows.validation}, test ${rows.test}`,
    `version ${summary.version}, graph ${summary.graphSha256.slice(0, 12)}, on the test split:`,
    table([metrics]),
    `a prediction: ${JSON.stringify(summary.prediction)}`,
    `drift of ${drift.predictions} predictions: ${drift.verdict}`,
    `${summary.seconds} s, ${Math.round(summary.peakMemoryBytes / 1024 ** 2)} MiB at most; --json for everything`,
  ].join("\n");
}

async function predict({ url }: Platform, instances: readonly unknown[]): Promise<unknown> {
  const response = await fetch(`${url}/models/${MODEL}/predictions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ instances }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`the prediction was refused: ${JSON.stringify(answer)}`);
  return answer;
}

async function readJson<T>({ store }: Platform, key: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await store.get(key))) as T;
}

function secondsOfStates({ states }: Execution): Record<string, number> {
  return Object.fromEntries(
    states.flatMap(({ state, index, startedAt, endedAt }) =>
      endedAt === undefined
        ? []
        : [
            [
              index === undefined ? state : `${state} ${index}`,
              rounded((endedAt - startedAt) / 1000),
            ],
          ],
    ),
  );
}

const rounded = (seconds: number): number => Math.round(seconds * 100) / 100;

main(process.argv.includes("--json")).catch((error: unknown) => {
  console.error(error instanceof PlatformError ? `millrace: ${error.message}` : error);
  process.exitCode = 1;
});
