import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";

export interface ToProcess {
  readonly event: unknown;
  readonly requestId: string;
}

export type FromProcess =
  | { readonly output: unknown }
  | { readonly error: { readonly name: string; readonly message: string; readonly stack: string } };

/** One instance of a function, as Lambda keeps it: it answers one event at a time, and stays warm. */
export interface FunctionProcess {
  /** Access key id that it signs with. */
  readonly id: string;
  readonly invoke: (message: ToProcess) => Promise<FromProcess>;
  readonly isAlive: () => boolean;
  /** Ends it in the middle of whatever it does. */
  readonly kill: () => void;
  readonly ended: Promise<unknown>;
}

/**
 * Starts an instance of a function's package with nothing but its own variables and an empty `/tmp`.
 */
export async function startFunction(
  packagePath: string,
  options: {
    /** Bundle of `lambda-process.ts`. */
    readonly runtime: string;
    readonly id: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly temporaryFolder: string;
  },
): Promise<FunctionProcess> {
  const { id, environment, temporaryFolder } = options;
  await mkdir(temporaryFolder, { recursive: true });
  const child = fork(options.runtime, [packagePath], {
    env: { ...environment, TMPDIR: temporaryFolder },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    serialization: "json",
  });
  return {
    id,
    invoke: (message) => answerOf(child, message),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    kill: () => child.kill("SIGKILL"),
    ended: once(child, "close"),
  };
}

/** Its process ended without an answer. */
export class LostProcessError extends Error {
  override readonly name = "LostProcessError";
}

async function answerOf(child: ChildProcess, message: ToProcess): Promise<FromProcess> {
  const listening = new AbortController();
  const { signal } = listening;
  const answered = once(child, "message", { signal }).then(([answer]) => answer as FromProcess);
  const lost = once(child, "exit", { signal }).then(([code, killed]) => {
    throw new LostProcessError(`the process ended by ${killed ?? code}`);
  });
  child.send(message);
  try {
    return await Promise.race([answered, lost]);
  } finally {
    listening.abort();
    // the one that was not first ends by the abort, which nobody waits for
    await Promise.allSettled([answered, lost]);
  }
}
