import { correlationIds } from "../../core/observability/correlation-ids.ts";
import { errorFields } from "../../core/observability/error-fields.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { shortError } from "../../core/run/short-error.ts";

/** What is read of Lambda's context; a task that runs in a container has none. */
export interface TaskContext {
  readonly awsRequestId?: string;
}

export interface TaskDeps {
  readonly log: (line: object) => void;
  readonly clock: Clock;
  /** Milliseconds from any origin that only ever grow. */
  readonly stopwatch: () => number;
  /** Of the invocation under way; `undefined` where nothing is traced. @default nothing is */
  readonly traceId?: () => string | undefined;
}

/**
 * What a task answers: its own output, and how long it took in whole milliseconds unless the output
 * says so itself, as of work that was done elsewhere.
 */
export type Timed<Output> = Output & { readonly durationMs: number };

export type TaskHandler<Output extends object = object> = (
  event: unknown,
  context?: TaskContext,
) => Promise<Timed<Output>>;

/**
 * A function of a state machine with a line in the log when it starts and one when it ends. Both carry
 * the ids by which one run is followed through every function: `model`, `runId` (of a monitoring
 * execution its name), `candidate`, `requestId` and `traceId`, as far as there are any.
 *
 * What the handler throws is logged whole and thrown on, cut to what a state may carry: state machines
 * match its name.
 *
 * @param name of the function's folder
 */
export function task<Output extends object>(
  name: string,
  handler: (event: unknown) => Promise<Output>,
  { log, clock, stopwatch, traceId }: TaskDeps,
): TaskHandler<Output> {
  return async (event, context) => {
    const ids = {
      function: name,
      ...correlationIds(event),
      ...defined({ requestId: context?.awsRequestId, traceId: traceId?.() }),
    };
    const write = (level: "info" | "error", line: object) =>
      log({ level, time: new Date(clock()).toISOString(), ...ids, ...line });
    const startedAt = stopwatch();
    const durationMs = () => Math.round(stopwatch() - startedAt);

    write("info", { outcome: "started" });
    try {
      const output = await handler(event);
      const timed = { durationMs: durationMs(), ...output };
      write("info", { outcome: "succeeded", durationMs: timed.durationMs });
      return timed;
    } catch (error) {
      write("error", { outcome: "failed", durationMs: durationMs(), ...errorFields(error) });
      throw shortError(error);
    }
  };
}

const defined = (fields: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
