import { environment } from "../environment.ts";
import { awsAlerts, awsObjectStore } from "../wiring/adapters.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { makeHandler } from "./handler.ts";

export const handler = lambdaTask(
  "notify",
  makeHandler({ alerts: awsAlerts(), store: awsObjectStore(), runbooks: environment.runbooks }),
);
