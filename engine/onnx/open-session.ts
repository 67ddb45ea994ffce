import type { InferenceSession } from "onnxruntime-node";
import { IntegrityError } from "../../core/errors.ts";
import { checkGraphMemory } from "./check-graph-memory.ts";

export type Runtime = typeof import("onnxruntime-node");

/**
 * ONNX Runtime, its native library loaded when it is first asked for: that takes tens of milliseconds,
 * which only those pay for who run graphs.
 */
export async function loadRuntime(): Promise<Runtime> {
  // Since 1.29 it tells Microsoft of every graph that is opened, and keeps files of that in the
  // temporary directory, unless it is forbidden to before (microsoft/onnxruntime pull request 27379).
  process.env.ORT_DISABLE_TELEMETRY = "1";
  return import("onnxruntime-node");
}

/** Begins to load it, where a graph will be opened soon. Who opens one is told if it does not load. */
export function warmRuntime(): void {
  loadRuntime().catch(() => undefined);
}

/** @throws {IntegrityError} if ONNX Runtime refuses the bytes, or they ask for gigabytes of memory. */
export async function openSession(
  runtime: Runtime,
  graph: Uint8Array,
  threads: number,
): Promise<InferenceSession> {
  checkGraphMemory(graph);
  try {
    return await runtime.InferenceSession.create(graph, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "all",
      // Errors only: a graph's warnings are of no use to whoever reads a service's log.
      logSeverityLevel: 3,
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new IntegrityError(`onnx runtime refuses the graph: ${message}`, { cause });
  }
}
