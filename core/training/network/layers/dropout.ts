import type { Layer } from "./layer.ts";
import { combine } from "./nodes.ts";

/**
 * Dropout (Srivastava et al. 2014, JMLR 15): a training step multiplies by a mask that the loop draws,
 * scoring lets everything pass.
 */
export function dropoutLayer(name: string, size: number): Layer {
  const own = { name: `${name} mask`, size };
  return {
    parameters: [],
    statistics: [],
    masks: [own],
    score: (_scope, input) => input,
    train(scope, input) {
      const mask = scope.mask(own);
      return {
        output: combine(scope, "Mul", input, mask),
        backward: (slope) => combine(scope, "Mul", slope, mask),
      };
    },
    compute: (_tensors, input) => input,
  };
}
