import { availableParallelism } from "node:os";
import type {
  BoostingKernels,
  KernelsInput,
} from "../../core/training/boosting/kernels/boosting-rows.ts";
import { plainRows } from "../../core/training/boosting/kernels/plain-rows.ts";
import { wasmRows } from "../../core/training/boosting/kernels/wasm-rows.ts";
import { startThreads } from "./worker-threads.ts";

/** More threads wait more for each other than they do. */
const MOST_THREADS = 8;

/** Fewer are trained on before a worker has started, which takes 30 ms. */
const LEAST_ROWS = 50_000;

/**
 * Kernels of gradient boosting on several threads. They are started with the first rows and end with the
 * training, also where it throws.
 *
 * @param count of threads, by default one a processor; training on few rows takes one
 */
export function threadedRows(
  count = Math.min(MOST_THREADS, availableParallelism()),
  start = startThreads,
): (input: KernelsInput) => BoostingKernels {
  return (input) => {
    const threads = start(input.train.rows < LEAST_ROWS ? 1 : count);
    try {
      const kernels = wasmRows(input, threads) ?? plainRows(input);
      return { ...kernels, end: threads.end };
    } catch (error) {
      threads.end();
      throw error;
    }
  };
}
