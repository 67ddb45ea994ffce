import { type TaskHandler, task } from "../middleware/task.ts";

/** A line of a function's log: JSON, whose fields CloudWatch Logs Insights finds by their names. */
export const logLine = (line: object): void => console.log(JSON.stringify(line));

/**
 * The trace of the invocation under way. Lambda sets the variable anew for each one.
 * Source: "Defined runtime environment variables", AWS Lambda developer guide.
 *
 * @returns such as `1-5759e988-bd862e3fe1be46a994272793`; `undefined` where nothing is traced
 */
export const traceId = (): string | undefined =>
  /Root=([^;]+)/.exec(process.env._X_AMZN_TRACE_ID ?? "")?.[1];

/** A function of a state machine as Lambda calls it. */
export const lambdaTask = <Output extends object>(
  name: string,
  handler: (event: unknown) => Promise<Output>,
): TaskHandler<Output> =>
  task(name, handler, {
    log: logLine,
    clock: Date.now,
    stopwatch: () => performance.now(),
    traceId,
  });
