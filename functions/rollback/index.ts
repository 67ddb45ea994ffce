import { awsRegistry } from "../wiring/adapters.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { makeHandler } from "./handler.ts";

export const handler = lambdaTask("rollback", makeHandler({ registry: awsRegistry() }));
