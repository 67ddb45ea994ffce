import type { Frame } from "../training-frame.ts";
import { type InputPlan, inputReader } from "./encode-inputs.ts";
import type { Tensors } from "./layers/layer.ts";
import type { Network } from "./network.ts";

/** Rows handled together, so that their values stay in the processor's cache. */
const BLOCK_ROWS = 256;

/**
 * The network's outputs in doubles, shape [rows * width].
 *
 * @param width columns of the outputs
 */
export function networkOutputs(
  frame: Frame,
  { plan, network, tensors }: NetworkWithWeights,
  width: number,
): Float64Array {
  const reader = inputReader(frame, plan);
  const outputs = new Float64Array(frame.rows * width);
  for (let from = 0; from < frame.rows; from += BLOCK_ROWS) {
    const size = Math.min(BLOCK_ROWS, frame.rows - from);
    const rows = Uint32Array.from({ length: size }, (_, i) => from + i);
    const numbers = new Float64Array(size * plan.numberCount);
    reader.readNumbers(rows, numbers);
    const codes = plan.categories.map((_, column) => {
      const own = new Int32Array(size);
      reader.readCodes(column, rows, { codes: own, offset: 0, step: 1 });
      return own;
    });
    const start = network.input.compute(tensors, numbers, codes, size);
    const scores = network.layers.reduce(
      (values, layer) => layer.compute(tensors, values, size),
      start,
    );
    outputs.set(scores, from * width);
  }
  return outputs;
}

/** A network that has been trained. */
export interface NetworkWithWeights {
  readonly plan: InputPlan;
  readonly network: Network;
  /** Its parameters and statistics by name. */
  readonly tensors: Tensors;
}
