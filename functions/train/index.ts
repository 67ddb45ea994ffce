import { trainCandidate } from "../../core/training/train-candidate.ts";
import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { storedDatasets } from "../../engine/evaluation/stored-datasets.ts";
import { openScorer } from "../../engine/onnx/open-scorer.ts";
import { sha256 } from "../../engine/sha256.ts";
import { TRAINING_TOOLS } from "../../engine/training/training-tools.ts";
import { environment } from "../environment.ts";
import { awsObjectStore } from "../wiring/adapters.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { leavingNoCopies } from "../wiring/local-copies.ts";
import { makeHandler } from "./handler.ts";

const store = awsObjectStore();
const loadDefinition = definitionLoader(store);
const openDataset = storedDatasets(store, { memoryLimit: environment.duckdbMemory });
const engine = { loadDefinition, openDataset, openScorer, sha256 };

export const handler = lambdaTask(
  "train",
  leavingNoCopies(
    makeHandler({
      store,
      trainCandidate: (order) => trainCandidate({ ...order, tools: TRAINING_TOOLS }),
      ...engine,
    }),
  ),
);
