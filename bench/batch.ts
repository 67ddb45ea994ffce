/**
 * One file of 3,000,000 flights through the function of a batch, from the stored file to the stored
 * results, in this process: 100 trees of 63 leaves, five inputs, two of them row features.
 *
 * Prints one JSON row. Exits 1 if a row is lost or answered twice, and below the goals (with
 * BENCH_LATENCY=shown, for machines that do other work too, these are only said).
 */
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { batchFiles, storageKeys } from "../core/storage-keys.ts";
import { filePredictor } from "../engine/batch/predict-file.ts";
import { loadCode } from "../engine/definition/load-code.ts";
import { definitionLoader } from "../engine/definition/load-definition.ts";
import { queryRows } from "../engine/duckdb/query.ts";
import { sqlText } from "../engine/duckdb/sql.ts";
import { withDuckdb } from "../engine/duckdb/with-duckdb.ts";
import { versionLoader } from "../engine/onnx/load-version.ts";
import { openScorer } from "../engine/onnx/open-scorer.ts";
import { startDynamodbServer } from "../local/dynamodb-server.ts";
import { localDocumentClient, localRegistry, localStore } from "../local/local-adapters.ts";
import { homePaths } from "../local/local-environment.ts";
import { SERVED_HOME, SERVED_MODEL, trainServedModel } from "./served-model/serve-here.ts";

const FILE = "flights-3m.parquet";
const PATH = resolve("node_modules/vega-datasets/data", FILE);
const ROWS = 3_000_000;
const GOALS = { scoringRowsPerSecond: 300_000, fileToFileRowsPerSecond: 100_000 };

await trainServedModel();
const server = await startDynamodbServer(homePaths.registry(SERVED_HOME));
const environment = {
  home: SERVED_HOME,
  dynamodbEndpoint: server.endpoint,
  duckdbMemory: "1GB",
  gitCommit: "bench",
};
const client = localDocumentClient(environment);
const store = localStore(environment);
const name = `bench-${randomUUID()}`;
const folder = storageKeys.batch(SERVED_MODEL, name);
try {
  const row = await measured();
  console.log(JSON.stringify(row));
  const slow = (["scoringRowsPerSecond", "fileToFileRowsPerSecond"] as const)
    .filter((goal) => !(row[goal] >= GOALS[goal]))
    .map((goal) => `${goal} is ${Math.round(row[goal])}, below ${GOALS[goal]}`);
  for (const failure of slow) console.error(failure);
  if (slow.length > 0 && process.env.BENCH_LATENCY !== "shown") process.exitCode = 1;
} finally {
  const keys: string[] = [];
  for await (const { key } of store.list(`${folder}/`)) keys.push(key);
  await store.remove(keys);
  client.destroy();
  await server.stop();
}

async function measured() {
  await store.putFile(`${folder}/input/${FILE}`, PATH);
  const registry = localRegistry(client);
  const [champion] = await registry.aliases(SERVED_MODEL);
  const loadDefinition = definitionLoader(store);
  const load = versionLoader({ store, registry, loadDefinition, loadCode, openScorer });
  let scoringMs = 0;
  let graphRows = 0;
  const predictFile = filePredictor({
    loadVersion: async (model, version) => {
      const loaded = await load(model, version);
      const score: typeof loaded.score = async (columns) => {
        const startedAt = performance.now();
        const scores = await loaded.score(columns);
        scoringMs += performance.now() - startedAt;
        graphRows += scores.scores.length;
        return scores;
      };
      return { ...loaded, score };
    },
    duckdb: { memoryLimit: environment.duckdbMemory },
    clock: Date.now,
    stopwatch: () => performance.now(),
  });
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const key = `${storageKeys.batch(SERVED_MODEL, name)}/${batchFiles.input}${FILE}`;
  const request = {
    store,
    model: SERVED_MODEL,
    version: champion?.version ?? 1,
    name,
    key,
    file: FILE,
  };
  const report = await predictFile(request);
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  if ("error" in report) throw new Error(report.error.message);
  await checkRows(report.scored, report.rejected);
  return {
    benchmark: "batch",
    rows: ROWS,
    rejected: report.rejected,
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    /** Rows with other inputs than all before: the others have an equal one's scores. */
    graphRows,
    graphRowsPerSecond: (graphRows * 1_000) / scoringMs,
    scoringRowsPerSecond: (report.scored * 1_000) / scoringMs,
    fileToFileRowsPerSecond: ROWS / seconds,
  };
}

/** Exactly one result or one rejection for each row of the file. */
async function checkRows(scored: number, rejected: number): Promise<void> {
  const output = sqlText(await store.localPath(`${folder}/output/${FILE}.parquet`));
  const [counted] = await withDuckdb({}, ({ connection }) =>
    queryRows(connection, `SELECT count(*), count(DISTINCT "row") FROM read_parquet(${output})`),
  );
  const [results, distinct] = (counted ?? []).map(Number);
  if (results === scored && distinct === scored && scored + rejected === ROWS) return;
  throw new Error(
    `of ${ROWS} rows ${results} have results (${distinct} distinct), ${rejected} none`,
  );
}
