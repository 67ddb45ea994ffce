import { memoryForVersions } from "../../core/inference/version-memory.ts";
import { embeddedMetrics } from "../../core/observability/embedded-metrics.ts";
import { streamDirectory } from "../../core/streams/stream-directory.ts";
import { loadCode } from "../../engine/definition/load-code.ts";
import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { versionLoader } from "../../engine/onnx/load-version.ts";
import { openScorer } from "../../engine/onnx/open-scorer.ts";
import { warmRuntime } from "../../engine/onnx/open-session.ts";
import { setTimer } from "../../engine/set-timer.ts";
import { sha256 } from "../../engine/sha256.ts";
import { streamLoader } from "../../engine/streams/load-stream.ts";
import { environment } from "../environment.ts";
import type { Access } from "../middleware/access.ts";
import {
  awsEventQueue,
  awsFeatureStore,
  awsObjectStore,
  awsPredictionQueue,
  awsRegistry,
  awsTokens,
} from "../wiring/adapters.ts";
import { logLine } from "../wiring/lambda-task.ts";
import { newPredictionId } from "../wiring/prediction-ids.ts";
import { answerFirst, answerTasks } from "./answer-first.ts";
import { makeHandler } from "./handler.ts";

// A part of the function's start: kept instances have it before their first request.
warmRuntime();

const store = awsObjectStore();
const registry = awsRegistry();
const loadDefinition = definitionLoader(store);
const tasks = answerTasks(logLine);

const predict = makeHandler({
  registry,
  loadVersion: versionLoader({
    ...{ store, registry, loadDefinition, loadCode, openScorer },
    reads: "served",
  }),
  ...(environment.hasFeatures === "yes" && online()),
  loadDefinition,
  setTimer,
  ...(environment.auth !== "none" && { access: access(environment.auth) }),
  limits: {
    memory: {
      limitBytes: Number(environment.memoryMb) * 1024 * 1024,
      usedBytes: process.memoryUsage.rss,
    },
  },
  mostBytes: memoryForVersions(Number(environment.memoryMb)),
  queue: awsPredictionQueue(),
  emit: embeddedMetrics(console.log, Date.now),
  log: logLine,
  clock: Date.now,
  stopwatch: () => performance.now(),
  newId: newPredictionId,
  afterAnswer: tasks.add,
  serverVersion: environment.gitCommit,
});

/** Who may ask, as the stack was told. */
function access(auth: string): Access {
  if (auth === "tokens") return { mode: auth, tokens: awsTokens(), sha256 };
  const requestsPerSecond = Number(environment.principalRate);
  return { mode: "iam", ...(requestsPerSecond > 0 && { requestsPerSecond }) };
}

/** Features and events, where the endpoint was given a feature store. */
function online() {
  const loadStream = streamLoader(store);
  return {
    features: { store: awsFeatureStore(), setTimer },
    events: {
      streams: streamDirectory({ registry, loadStream, clock: Date.now }),
      queue: awsEventQueue(),
    },
  };
}

export const handler = answerFirst(awslambda, predict, tasks);
