import type { GraphBuilder, Value } from "./graph-builder.ts";
import { ELEMENT, vector } from "./tensor.ts";

/**
 * Ends a graph of a binary model: `probabilities` float32 [n, 2] and `label` int64 [n], which is 1
 * where the float32 probability of class 1 reaches the threshold.
 *
 * @param logOdds of class 1, double, shape [n, 1]
 */
export function addBinaryOutputs(graph: GraphBuilder, logOdds: Value, threshold: number): void {
  const signs = graph.constant({ dims: [1, 2], values: Float64Array.of(-1, 1) });
  const both = graph.node("Mul", [logOdds, signs]);
  const exact = graph.node("Sigmoid", [both]);
  const probabilities = graph.node("Cast", [exact], {
    attributes: { to: { int: ELEMENT.float } },
    output: "probabilities",
  });

  const classOne = graph.constant({ dims: [], values: BigInt64Array.of(1n) });
  const positive = graph.node("Gather", [probabilities, classOne], {
    attributes: { axis: { int: 1 } },
  });
  const reached = graph.node("GreaterOrEqual", [
    positive,
    graph.constant(vector(float32AtLeast(threshold))),
  ]);
  const label = graph.node("Cast", [reached], {
    attributes: { to: { int: ELEMENT.int64 } },
    output: "label",
  });
  graph.output(label, "int64", ["n"]);
  graph.output(probabilities, "float", ["n", 2]);
}

/** The smallest float32 that is not below a number: comparing with it decides as with the number. */
function float32AtLeast(value: number): Float32Array {
  const nearest = Float32Array.of(value);
  if ((nearest[0] as number) >= value) return nearest;
  const bits = new Uint32Array(nearest.buffer);
  bits[0] = (bits[0] as number) + 1; // next float32 up, for numbers above 0
  return nearest;
}
