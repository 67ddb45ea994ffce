/**
 * Trains both families on three million real flights (January-April), stops early on May and tests on
 * June; then trains works next to LightGBM and scikit-learn, if `node bench/lightgbm/set-up.ts` has
 * installed them. `--only=<part of a work's name>` trains only such works.
 *
 * Prints a JSON row for each, with `--json` or without; exits 1 on an error, a ROC-AUC below what was
 * promised, a graph that disagrees with its trainer, more memory than 1.5 times the other's, or a
 * regression against `baseline.json`.
 */
import type { Candidate } from "../core/definition/model-definition.ts";
import { definitionSchema } from "../core/definition/schema.ts";
import { modelGraph } from "../core/training/model-graph.ts";
import { toPredictions } from "../core/training/predictions.ts";
import { trainCandidate } from "../core/training/train-candidate.ts";
import type { TrainedModel } from "../core/training/trained-model.ts";
import {
  byteLabels,
  type CategoryColumn,
  type LabelledFrame,
} from "../core/training/training-frame.ts";
import { TRAINING_TOOLS } from "../engine/training/training-tools.ts";
import { model as flightDelay } from "../models/flight-delay/model.ts";
import { compareWithLightgbm } from "./compare-with-lightgbm.ts";
import { loadFlights } from "./flights.ts";
import { rocAuc } from "./roc-auc.ts";
import { regressions } from "./training-baseline.ts";

// before it is loaded: it reports to its maker otherwise
process.env.ORT_DISABLE_TELEMETRY = "1";
const { InferenceSession, Tensor } = await import("onnxruntime-node");

/** LightGBM 4.7 reaches 0.638 from the same columns. */
const LEAST_AUC = 0.63;
const LARGEST_GRAPH_DIFFERENCE = 1e-6;
const BATCH_ROWS = 20_000;
const SINGLE_ROWS = 2_000;
const TASK = { type: "binary" } as const;

const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice(7);
const failures = only === undefined ? await flightFailures() : [];
failures.push(...regressions(await compareWithLightgbm(only ?? "")));
for (const failure of failures) console.error(failure);
if (failures.length > 0) process.exitCode = 1;

async function flightFailures(): Promise<string[]> {
  const frames = await loadFlights();
  const boosting = await measure(candidateOf("gradient-boosting"), frames);
  const logistic = await measure(candidateOf("logistic-regression"), frames);
  const row = {
    benchmark: "training",
    rows: frames.train.rows,
    columns: frames.train.columns.length,
    boosting,
    logistic,
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  console.log(JSON.stringify(row));
  const found: string[] = [];
  if (boosting.testAuc < LEAST_AUC) {
    found.push(`boosting: ROC-AUC ${boosting.testAuc} is below ${LEAST_AUC}`);
  }
  if (boosting.testAuc <= logistic.testAuc) {
    found.push("boosting is no better than the logistic candidate");
  }
  for (const { name, largestGraphDifference } of [boosting, logistic]) {
    if (largestGraphDifference <= LARGEST_GRAPH_DIFFERENCE) continue;
    found.push(`${name}: graph and trainer differ by ${largestGraphDifference}`);
  }
  return found;
}

function candidateOf(family: Candidate["family"]): Candidate {
  const candidates = definitionSchema.shape.candidates.parse(flightDelay.candidates);
  const found = candidates?.find((candidate) => candidate.family === family);
  if (!found) throw new Error(`flight-delay has no candidate of family ${family}`);
  return found;
}

type Frames = Awaited<ReturnType<typeof loadFlights>>;

async function measure(candidate: Candidate, { train, validation, test }: Frames) {
  const startedAt = performance.now();
  const order = { candidate, task: TASK, seed: 1, train, validation, tools: TRAINING_TOOLS };
  const model = await trainCandidate(order);
  const trainedAt = performance.now();
  const scores = model.scores(test);
  const predictedAt = performance.now();
  const graph = modelGraph(model, train.columns, { task: TASK, threshold: 0.5 });
  const { bestRound, iterations } = model.summary;
  return {
    name: candidate.name,
    seconds: seconds(trainedAt - startedAt),
    predictSeconds: seconds(predictedAt - trainedAt),
    testAuc: rocAuc(byteLabels(test.labels), scores),
    ...(bestRound === undefined ? { iterations } : { bestRound }),
    graphBytes: graph.length,
    ...(await runGraph(graph, model, test)),
  };
}

/** Runs the graph over every row in batches, and a few rows alone. */
async function runGraph(graph: Uint8Array, model: TrainedModel, frame: LabelledFrame) {
  const openedAt = performance.now();
  const session = await InferenceSession.create(graph, { intraOpNumThreads: 1 });
  const openMs = performance.now() - openedAt;
  const expected = toPredictions(TASK, model.scores(frame));
  let largestGraphDifference = 0;
  let batchMs = 0;
  for (let begin = 0; begin < frame.rows; begin += BATCH_ROWS) {
    const end = Math.min(frame.rows, begin + BATCH_ROWS);
    const feeds = feedsOf(frame, begin, end);
    const startedAt = performance.now();
    const { probabilities } = await session.run(feeds);
    batchMs += performance.now() - startedAt;
    const values = probabilities?.data as Float32Array;
    for (let i = 0; i < end - begin; i++) {
      const difference = Math.abs((values[2 * i + 1] as number) - (expected[begin + i] as number));
      largestGraphDifference = Math.max(largestGraphDifference, difference);
    }
  }
  const singles = Array.from({ length: SINGLE_ROWS }, (_, i) => feedsOf(frame, i, i + 1));
  for (const feeds of singles) await session.run(feeds);
  const startedAt = performance.now();
  for (const feeds of singles) await session.run(feeds);
  const singleRowMicroseconds = Math.round(((performance.now() - startedAt) * 1000) / SINGLE_ROWS);
  await session.release();
  return {
    largestGraphDifference,
    openMs: Math.round(openMs),
    batchRowsPerSecond: Math.round((frame.rows * 1000) / batchMs),
    singleRowMicroseconds,
  };
}

function feedsOf(
  frame: LabelledFrame,
  begin: number,
  end: number,
): Record<string, InstanceType<typeof Tensor>> {
  const dims = [end - begin, 1];
  return Object.fromEntries(
    frame.columns.map((column) => [
      column.name,
      column.kind === "number"
        ? new Tensor("float32", column.values.subarray(begin, end), dims)
        : new Tensor("string", stringsOf(column, begin, end), dims),
    ]),
  );
}

function stringsOf({ codes, dictionary }: CategoryColumn, begin: number, end: number): string[] {
  return Array.from(codes.subarray(begin, end), (code) => dictionary[code] ?? "");
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
