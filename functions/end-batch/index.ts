import { inParallel } from "../../core/in-parallel.ts";
import { awsObjectStore } from "../wiring/adapters.ts";
import { lambdaTask } from "../wiring/lambda-task.ts";
import { makeHandler } from "./handler.ts";

/** More is no quicker on one function's network. */
const PARALLEL = 16;

export const handler = lambdaTask(
  "end-batch",
  makeHandler({
    store: awsObjectStore(),
    forEach: (items, answer) => inParallel(items, PARALLEL, answer),
  }),
);
