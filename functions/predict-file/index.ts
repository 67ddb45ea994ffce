import { filePredictor } from "../../engine/batch/predict-file.ts";
import { loadCode } from "../../engine/definition/load-code.ts";
import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { versionLoader } from "../../engine/onnx/load-version.ts";
import { openScorer } from "../../engine/onnx/open-scorer.ts";
import { environment } from "../environment.ts";
import { awsObjectStore, awsRegistry } from "../wiring/adapters.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { leavingNoCopies } from "../wiring/local-copies.ts";
import { makeHandler } from "./handler.ts";

const store = awsObjectStore();
const loadVersion = versionLoader({
  store,
  registry: awsRegistry(),
  loadDefinition: definitionLoader(store),
  loadCode,
  // One thread: its scores are the endpoint's to the bit, and more of them burn the processor waiting.
  openScorer,
});

export const handler = lambdaTask(
  "predict-file",
  leavingNoCopies(
    makeHandler({
      store,
      predictFile: filePredictor({
        loadVersion,
        duckdb: { memoryLimit: environment.duckdbMemory },
        clock: Date.now,
        stopwatch: () => performance.now(),
      }),
    }),
  ),
);
