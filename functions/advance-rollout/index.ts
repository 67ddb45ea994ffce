import { trafficCounter } from "../../engine/rollout/count-traffic.ts";
import { environment } from "../environment.ts";
import { awsObjectStore, awsRegistry } from "../wiring/adapters.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { leavingNoCopies } from "../wiring/local-copies.ts";
import { makeHandler } from "./handler.ts";

export const handler = lambdaTask(
  "advance-rollout",
  leavingNoCopies(
    makeHandler({
      registry: awsRegistry(),
      countTraffic: trafficCounter(awsObjectStore(), { memoryLimit: environment.duckdbMemory }),
      clock: Date.now,
    }),
  ),
);
