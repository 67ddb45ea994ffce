import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { environment } from "../environment.ts";
import { awsObjectStore } from "../wiring/adapters.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { makeHandler } from "./handler.ts";

const store = awsObjectStore();

export const handler = lambdaTask(
  "narrow",
  makeHandler({
    store,
    loadDefinition: definitionLoader(store),
    pricedAt: {
      region: environment.region,
      // All functions of a deployment have one; containers too.
      architecture: process.arch === "arm64" ? "arm64" : "x86_64",
    },
  }),
);
