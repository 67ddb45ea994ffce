import { structuredLog } from "../../core/observability/structured-log.ts";
import { definitionLoader } from "../../engine/definition/load-definition.ts";
import { sha256 } from "../../engine/sha256.ts";
import { awsObjectStore, awsRegistry, awsTraining } from "../wiring/adapters.ts";
import { logLine } from "../wiring/lambda-task.ts";
import { makeHandler } from "./handler.ts";

export const handler = makeHandler({
  registry: awsRegistry(),
  loadDefinition: definitionLoader(awsObjectStore()),
  startTraining: awsTraining(),
  sha256,
  clock: Date.now,
  log: structuredLog(logLine, Date.now, { function: "notice-new-data" }),
});
