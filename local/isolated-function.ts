import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { TaskContext } from "../functions/middleware/task.ts";
import type { IsolatedAnswer, IsolatedMessage, Order } from "./isolated-message.ts";
import type { LocalEnvironment } from "./local-environment.ts";

export interface IsolatedResult {
  readonly output: unknown;
  readonly peakMemoryBytes: number;
}

/** A function's process that ended without an answer, named as Step Functions names it on AWS. */
class LostWorkerError extends Error {
  override readonly name = "Lambda.Unknown";
}

/** A function that ran longer than its state allows, named as Step Functions names it. */
class TaskTimeoutError extends Error {
  override readonly name = "States.Timeout";
}

const ENTRY = fileURLToPath(new URL("./isolated-function-entry.ts", import.meta.url));

/**
 * Runs one function in a process of its own, as Lambda does: predicting stays quick while it works,
 * its memory is given back, a crash in native code takes nothing else along, and it can be stopped.
 *
 * @throws the function's own error, by name and message
 */
export async function runIsolated(
  name: string,
  input: unknown,
  options: {
    readonly environment: LocalEnvironment;
    readonly context: TaskContext;
    /** Takes the lines of the function's log. */
    readonly log: (line: object) => void;
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
    /** Module that the process runs. @default the heavy functions' own */
    readonly entry?: string;
  },
): Promise<IsolatedResult> {
  const child = fork(options.entry ?? ENTRY, [name], {
    serialization: "advanced",
    stdio: ["ignore", 2, 2, "ipc"],
  });
  const stop = () => child.kill("SIGKILL");
  if (options.signal.aborted) stop();
  options.signal.addEventListener("abort", stop);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, options.timeoutMs);

  try {
    const answer = await new Promise<IsolatedAnswer>((resolve, reject) => {
      child.on("message", (message: IsolatedMessage) => {
        if ("line" in message) options.log(message.line);
        else resolve(message);
      });
      child.once("error", reject);
      child.once("exit", (code, signal) =>
        reject(
          timedOut
            ? new TaskTimeoutError(`function ${name} did not end within ${options.timeoutMs} ms`)
            : new LostWorkerError(`the process of function ${name} ended by ${signal ?? code}`),
        ),
      );
      const { context, environment } = options;
      child.send({ input, context, environment } satisfies Order);
    });
    if ("error" in answer) throw Object.assign(new Error(answer.error.message), answer.error);
    return answer;
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener("abort", stop);
    if (child.connected) child.disconnect();
  }
}
