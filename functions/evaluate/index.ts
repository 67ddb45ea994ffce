import { loadCode } from "../../engine/definition/load-code.ts";
import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { storedDatasets } from "../../engine/evaluation/stored-datasets.ts";
import { versionLoader } from "../../engine/onnx/load-version.ts";
import { openScorer } from "../../engine/onnx/open-scorer.ts";
import { sha256 } from "../../engine/sha256.ts";
import { environment } from "../environment.ts";
import { awsObjectStore, awsRegistry } from "../wiring/adapters.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { leavingNoCopies } from "../wiring/local-copies.ts";
import { makeHandler } from "./handler.ts";

const store = awsObjectStore();
const deps = {
  store,
  registry: awsRegistry(),
  loadDefinition: definitionLoader(store),
  openScorer,
};
const loadVersion = versionLoader({ ...deps, loadCode });
const openDataset = storedDatasets(store, { memoryLimit: environment.duckdbMemory });

export const handler = lambdaTask(
  "evaluate",
  leavingNoCopies(makeHandler({ ...deps, loadVersion, openDataset, sha256 })),
);
