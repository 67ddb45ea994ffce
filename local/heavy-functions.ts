import { availableParallelism } from "node:os";
import { trainCandidate } from "../core/training/train-candidate.ts";
import { filePredictor } from "../engine/batch/predict-file.ts";
import { planSources } from "../engine/dataset/plan-sources.ts";
import { datasetPreparer } from "../engine/dataset/prepare-dataset.ts";
import { sourceStager } from "../engine/dataset/stage-source.ts";
import { loadCode } from "../engine/definition/load-code.ts";
import { definitionLoader } from "../engine/definition/load-definition.ts";
import { predictionCounter } from "../engine/drift/count-predictions.ts";
import { baselineLoader } from "../engine/drift/load-baseline.ts";
import { storedDatasets } from "../engine/evaluation/stored-datasets.ts";
import { versionLoader } from "../engine/onnx/load-version.ts";
import { openScorer, scorerOpener } from "../engine/onnx/open-scorer.ts";
import { trafficCounter } from "../engine/rollout/count-traffic.ts";
import { sha256 } from "../engine/sha256.ts";
import { TRAINING_TOOLS } from "../engine/training/training-tools.ts";
import { makeHandler as advanceRollout } from "../functions/advance-rollout/handler.ts";
import { makeHandler as checkDrift } from "../functions/check-drift/handler.ts";
import { makeHandler as evaluate } from "../functions/evaluate/handler.ts";
import type { TaskHandler } from "../functions/middleware/task.ts";
import { makeHandler as predictFile } from "../functions/predict-file/handler.ts";
import { makeHandler as prepare } from "../functions/prepare/handler.ts";
import { makeHandler as stageSource } from "../functions/stage-source/handler.ts";
import { makeHandler as train } from "../functions/train/handler.ts";
import { backfillTask } from "./backfill.ts";
import {
  localDocumentClient,
  localFeatures,
  localMetrics,
  localRegistry,
  localStore,
} from "./local-adapters.ts";
import { homePaths, type LocalEnvironment } from "./local-environment.ts";
import { localTask } from "./local-task.ts";
import { removingStaged } from "./staged-rows.ts";

/** Functions that work for more than a moment; each call runs in a process of its own. */
export const HEAVY_FUNCTIONS = [
  "stage-source",
  "prepare",
  "train",
  "evaluate",
  "check-drift",
  "advance-rollout",
  "predict-file",
  "backfill-stream",
] as const;

/** A heavy function, wired to this machine. */
export function heavyFunction(
  name: string,
  environment: LocalEnvironment,
  log: (line: object) => void,
): TaskHandler {
  const make = WIRING[name as (typeof HEAVY_FUNCTIONS)[number]];
  if (!make) throw new Error(`there is no heavy function ${name}`);
  return localTask(name, make(wiring(environment, log)), log);
}

type Handler = (event: unknown) => Promise<object>;

const WIRING: Readonly<
  Record<(typeof HEAVY_FUNCTIONS)[number], (deps: ReturnType<typeof wiring>) => Handler>
> = {
  "stage-source": (deps) => stageSource({ ...deps, stageSource: sourceStager(deps.duckdb) }),
  prepare: (deps) =>
    removingStaged(
      deps.store,
      prepare({ ...deps, planSources, prepareDataset: datasetPreparer(deps.duckdb) }),
    ),
  train: (deps) =>
    train({
      ...deps,
      trainCandidate: (order) => trainCandidate({ ...order, tools: TRAINING_TOOLS }),
    }),
  evaluate: (deps) => evaluate({ ...deps, loadVersion: versionLoader({ ...deps, loadCode }) }),
  "predict-file": (deps) =>
    predictFile({
      ...deps,
      predictFile: filePredictor({
        ...deps,
        // one thread, as in the endpoint; files are predicted beside each other
        loadVersion: versionLoader({ ...deps, loadCode, openScorer }),
        stopwatch: () => performance.now(),
      }),
    }),
  "backfill-stream": (deps) => backfillTask(deps, deps.log),
  "advance-rollout": (deps) =>
    advanceRollout({ ...deps, countTraffic: trafficCounter(deps.store, deps.duckdb) }),
  "check-drift": (deps) =>
    checkDrift({
      ...deps,
      emitMetrics: (dimensions, values) => {
        const metrics = localMetrics(deps.environment);
        metrics.emit(dimensions, values);
        metrics.stop();
      },
      loadBaseline: baselineLoader(deps.store, deps.registry),
      countPredictions: predictionCounter(deps.store, deps.duckdb),
    }),
};

function wiring(environment: LocalEnvironment, log: (line: object) => void) {
  const store = localStore(environment);
  const client = localDocumentClient(environment);
  const { home, duckdbMemory } = environment;
  const duckdb = { memoryLimit: duckdbMemory, workDirectory: homePaths.work(home) };
  return {
    environment,
    duckdb,
    store,
    registry: localRegistry(client),
    features: localFeatures(client),
    log,
    loadDefinition: definitionLoader(store),
    openDataset: storedDatasets(store, duckdb),
    openScorer: scorerOpener({ threads: availableParallelism() }),
    sha256,
    clock: Date.now,
  };
}
