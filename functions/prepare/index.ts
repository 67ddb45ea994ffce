import { planSources } from "../../engine/dataset/plan-sources.ts";
import { datasetPreparer } from "../../engine/dataset/prepare-dataset.ts";
import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { environment } from "../environment.ts";
import { awsObjectStore } from "../wiring/adapters.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { leavingNoCopies } from "../wiring/local-copies.ts";
import { makeHandler } from "./handler.ts";

const store = awsObjectStore();

export const handler = lambdaTask(
  "prepare",
  leavingNoCopies(
    makeHandler({
      store,
      loadDefinition: definitionLoader(store),
      planSources,
      prepareDataset: datasetPreparer({ memoryLimit: environment.duckdbMemory }),
    }),
  ),
);
