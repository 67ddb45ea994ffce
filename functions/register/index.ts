import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { sha256 } from "../../engine/sha256.ts";
import { environment } from "../environment.ts";
import { awsObjectStore, awsRegistry } from "../wiring/adapters.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { makeHandler } from "./handler.ts";

const store = awsObjectStore();

export const handler = lambdaTask(
  "register",
  makeHandler({
    store,
    registry: awsRegistry(),
    loadDefinition: definitionLoader(store),
    sha256,
    gitCommit: environment.gitCommit,
  }),
);
