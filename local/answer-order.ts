import { Worker } from "node:worker_threads";
import type { IsolatedAnswer } from "./isolated-function.ts";
import type { LocalEnvironment } from "./local-environment.ts";

interface Order {
  readonly input: unknown;
  readonly environment: LocalEnvironment;
}

/**
 * The child's side of `runIsolated`: takes one order from the process that forked this one, answers
 * it and ends. Ends when that process is gone, even in the middle of computing.
 */
export function answerOrder(
  handle: (input: unknown, environment: LocalEnvironment) => Promise<unknown>,
): void {
  process.once("disconnect", () => process.exit(0));
  const watch = new URL("./end-with-parent.ts", import.meta.url);
  new Worker(watch, { workerData: process.ppid }).unref();
  // Ctrl-C reaches every process of the terminal: the platform decides what becomes of this one.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  process.once("message", async ({ input, environment }: Order) => {
    const answer = await run(() => handle(input, environment));
    process.send?.(answer, () => process.disconnect());
  });
}

async function run(handle: () => Promise<unknown>): Promise<IsolatedAnswer> {
  try {
    const output = await handle();
    return { output, peakMemoryBytes: peakMemoryBytes() };
  } catch (thrown) {
    const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
    const error = { name, message, ...(stack === undefined ? {} : { stack }) };
    return { error, peakMemoryBytes: peakMemoryBytes() };
  }
}

/** maxRSS is in kilobytes on every platform (Node documentation, process.resourceUsage). */
function peakMemoryBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}
