import type { WasmFunction } from "../../../wasm/encode-module.ts";
import type { HistogramShape } from "../histogram.ts";
import { binFunctions } from "./wasm-bins.ts";
import { setSlopes } from "./wasm-given.ts";
import type { WasmLayout } from "./wasm-layout.ts";
import { orderFunctions } from "./wasm-order.ts";
import { fillSlopes } from "./wasm-slopes.ts";
import { sumFunctions } from "./wasm-sums.ts";

/** The kernels for rows and histograms of one layout. Functions call others by their places here. */
export function wasmKernels(layout: WasmLayout, shape: HistogramShape): WasmFunction[] {
  const functions = [layout.slopeBytes === 8 ? fillSlopes(layout) : setSlopes(layout)];
  functions.push(...sumFunctions(layout, shape, functions.length));
  functions.push(...orderFunctions(layout, functions.length));
  functions.push(...binFunctions(layout, shape.starts.length, functions.length));
  return functions;
}
