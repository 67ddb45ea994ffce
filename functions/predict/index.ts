import { embeddedMetrics } from "../../core/observability/embedded-metrics.ts";
import { loadCode } from "../../engine/definition/load-code.ts";
import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { versionLoader } from "../../engine/onnx/load-version.ts";
import { openScorer } from "../../engine/onnx/open-scorer.ts";
import { environment } from "../environment.ts";
import { awsObjectStore, awsPredictionQueue, awsRegistry } from "../wiring/adapters.ts";
import { logLine } from "../wiring/lambda-task.ts";
import { newPredictionId } from "../wiring/prediction-ids.ts";
import { answerFirst, answerTasks } from "./answer-first.ts";
import { makeHandler } from "./handler.ts";

const store = awsObjectStore();
const registry = awsRegistry();
const loadDefinition = definitionLoader(store);
const tasks = answerTasks(logLine);

const predict = makeHandler({
  registry,
  loadVersion: versionLoader({ store, registry, loadDefinition, loadCode, openScorer }),
  queue: awsPredictionQueue(),
  emit: embeddedMetrics(console.log, Date.now),
  log: logLine,
  clock: Date.now,
  stopwatch: () => performance.now(),
  newId: newPredictionId,
  afterAnswer: tasks.add,
  serverVersion: environment.gitCommit,
});

export const handler = answerFirst(awslambda, predict, tasks);
