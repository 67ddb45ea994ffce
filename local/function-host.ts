import { randomUUID } from "node:crypto";
import type { TaskContext, TaskHandler } from "../functions/middleware/task.ts";
import { HEAVY_FUNCTIONS } from "./heavy-functions.ts";
import { runIsolated } from "./isolated-function.ts";
import type { LocalEnvironment } from "./local-environment.ts";
import { type FunctionCall, peakTogetherBytes } from "./peak-memory.ts";
import type { InvokeFunction } from "./state-machine.ts";

export interface FunctionHost {
  readonly invoke: InvokeFunction;
  /** Most memory that processes of functions held together, as an upper bound. */
  readonly peakMemoryBytes: () => number;
  /** Ends every process; nothing heavy can be invoked afterwards. */
  readonly stop: () => void;
}

/** No state machine retries it: a run that the platform's end interrupts is recorded as failed. */
class PlatformStoppedError extends Error {
  override readonly name = "PlatformStoppedError";
}

/** Each invocation has an id of its own, as on Lambda: two tries of one task are told apart by it. */
const newContext = (): TaskContext => ({ awsRequestId: randomUUID() });

/** Calls that are remembered for `peakMemoryBytes`. */
const REMEMBERED_CALLS = 100;

/** Runs functions by name: heavy ones in a process each, light ones here. */
export function functionHost(options: {
  readonly environment: LocalEnvironment;
  readonly light: Readonly<Record<string, unknown>>;
  readonly log: (line: object) => void;
}): FunctionHost {
  const { environment, light, log } = options;
  const stopping = new AbortController();
  const calls: FunctionCall[] = [];

  const invokeHeavy: InvokeFunction = async (name, input, { timeoutMs }) => {
    const { signal } = stopping;
    const startedAt = performance.now();
    try {
      const context = newContext();
      const order = { environment, context, log, timeoutMs, signal };
      const result = await runIsolated(name, input, order);
      calls.push({ startedAt, endedAt: performance.now(), ...result });
      calls.splice(0, calls.length - REMEMBERED_CALLS);
      return result.output;
    } catch (cause) {
      if (!signal.aborted) throw cause;
      throw new PlatformStoppedError("the platform was stopped during the run", { cause });
    }
  };

  return {
    invoke: async (name, input, limits) => {
      if (HEAVY_FUNCTIONS.some((heavy) => heavy === name)) return invokeHeavy(name, input, limits);
      const handler = light[name];
      if (typeof handler !== "function") throw new Error(`there is no function ${name}`);
      return (handler as TaskHandler)(input, newContext());
    },
    peakMemoryBytes: () => peakTogetherBytes(calls),
    stop: () => stopping.abort(),
  };
}
