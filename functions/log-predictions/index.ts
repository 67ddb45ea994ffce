import { structuredLog } from "../../core/observability/structured-log.ts";
import { predictionsParquet } from "../../engine/predictions/predictions-parquet.ts";
import { sha256 } from "../../engine/sha256.ts";
import { awsObjectStore } from "../wiring/adapters.ts";
import { logLine } from "../wiring/lambda-task.ts";
import { makeHandler } from "./handler.ts";

export const handler = makeHandler({
  store: awsObjectStore(),
  encode: predictionsParquet,
  sha256,
  log: structuredLog(logLine, Date.now, { function: "log-predictions" }),
});
