import { embeddedMetrics } from "../../core/observability/embedded-metrics.ts";
import { structuredLog } from "../../core/observability/structured-log.ts";
import { streamDirectory } from "../../core/streams/stream-directory.ts";
import { sha256 } from "../../engine/sha256.ts";
import { eventsParquet } from "../../engine/streams/events-parquet.ts";
import { streamLoader } from "../../engine/streams/load-stream.ts";
import { awsFeatureStore, awsObjectStore, awsRegistry } from "../wiring/adapters.ts";
import { logLine } from "../wiring/lambda-task.ts";
import { makeHandler } from "./handler.ts";

const store = awsObjectStore();

export const handler = makeHandler({
  streams: streamDirectory({
    registry: awsRegistry(),
    loadStream: streamLoader(store),
    clock: Date.now,
  }),
  features: awsFeatureStore(),
  store,
  encode: eventsParquet,
  sha256,
  emit: embeddedMetrics(console.log, Date.now),
  clock: Date.now,
  log: structuredLog(logLine, Date.now, { function: "ingest-events" }),
});
