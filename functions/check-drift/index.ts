import { embeddedMetrics } from "../../core/observability/embedded-metrics.ts";
import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { predictionCounter } from "../../engine/drift/count-predictions.ts";
import { baselineLoader } from "../../engine/drift/load-baseline.ts";
import { environment } from "../environment.ts";
import { awsObjectStore, awsRegistry } from "../wiring/adapters.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { leavingNoCopies } from "../wiring/local-copies.ts";
import { makeHandler } from "./handler.ts";

const store = awsObjectStore();
const registry = awsRegistry();

export const handler = lambdaTask(
  "check-drift",
  leavingNoCopies(
    makeHandler({
      store,
      registry,
      loadDefinition: definitionLoader(store),
      loadBaseline: baselineLoader(store, registry),
      countPredictions: predictionCounter(store, { memoryLimit: environment.duckdbMemory }),
      emitMetrics: embeddedMetrics(console.log, Date.now),
      clock: Date.now,
    }),
  ),
);
