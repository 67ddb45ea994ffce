import { Worker } from "node:worker_threads";
import type { IsolatedAnswer, IsolatedMessage, Order } from "./isolated-message.ts";

/**
 * The child's side of `runIsolated`: takes one order from the process that forked this one, answers
 * it and ends. Ends when that process is gone, even in the middle of computing.
 *
 * @param handle is given the order, and where lines of its log go
 */
export function answerOrder(
  handle: (order: Order, log: (line: object) => void) => Promise<unknown>,
): void {
  process.once("disconnect", () => process.exit(0));
  const watch = new URL("./end-with-parent.ts", import.meta.url);
  new Worker(watch, { workerData: process.ppid }).unref();
  // Ctrl-C reaches every process of the terminal: the platform decides what becomes of this one.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  process.once("message", async (order: Order) => {
    const log = (line: object) => process.send?.({ line } satisfies IsolatedMessage);
    const answer = await run(() => handle(order, log));
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
