import type { BoostingKernels, KernelsInput } from "./boosting-rows.ts";
import { plainRows } from "./plain-rows.ts";
import { wasmRows } from "./wasm-rows.ts";

/** Kernels in WebAssembly where the rows fit into its memory, else those in JavaScript. */
export function fastestRows(input: KernelsInput): BoostingKernels {
  return wasmRows(input) ?? plainRows(input);
}
