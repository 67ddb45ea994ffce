import { type TaskHandler, task } from "../functions/middleware/task.ts";

/** A function of a state machine as Lambda runs it: the same lines in the log, the same output. */
export const localTask = <Output extends object>(
  name: string,
  handler: (event: unknown) => Promise<Output>,
  log: (line: object) => void,
): TaskHandler<Output> =>
  task(name, handler, { log, clock: Date.now, stopwatch: () => performance.now() });
