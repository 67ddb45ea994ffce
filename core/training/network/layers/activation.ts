import type { Value } from "../../../onnx/graph-builder.ts";
import type { Layer, Scope } from "./layer.ts";
import { combine, scalar, scaled, shifted } from "./nodes.ts";

export type ActivationName = "relu" | "silu" | "gelu";

interface Activation {
  /** The function, and its derivative from the same nodes. */
  readonly nodes: (scope: Scope, input: Value) => { output: Value; derivative: () => Value };
  readonly compute: (x: number) => number;
}

/** Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415, section 2. */
const GELU_FACTOR = Math.sqrt(2 / Math.PI);
const GELU_CUBIC = 0.044715;

const ACTIVATIONS: Readonly<Record<ActivationName, Activation>> = {
  /** max(0, x) */
  relu: {
    nodes(scope, input) {
      const output = scope.graph.node("Relu", [input]);
      return { output, derivative: () => scope.graph.node("Sign", [output]) };
    },
    compute: (x) => (x > 0 ? x : 0),
  },
  /** x sigmoid(x) */
  silu: { nodes: siluNodes, compute: (x) => x / (1 + Math.exp(-x)) },
  /** x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), which every runtime has in doubles. */
  gelu: {
    nodes: geluNodes,
    compute: (x) => (x / 2) * (1 + Math.tanh(GELU_FACTOR * (x + GELU_CUBIC * x ** 3))),
  },
};

/**
 * ONNX Runtime 1.30 fuses x and `Sigmoid` to `QuickGelu`, for which it then has no kernel in doubles, so
 * the sigmoid is spelt out.
 */
function siluNodes(scope: Scope, input: Value) {
  const exponential = scope.graph.node("Exp", [scope.graph.node("Neg", [input])]);
  const gate = scope.graph.node("Reciprocal", [shifted(scope, exponential, 1)]);
  const output = combine(scope, "Mul", input, gate);
  return {
    output,
    derivative() {
      const shut = combine(scope, "Sub", scalar(scope, 1), gate);
      return combine(scope, "Add", gate, combine(scope, "Mul", output, shut));
    },
  };
}

function geluNodes(scope: Scope, input: Value) {
  const times = (left: Value, right: Value) => combine(scope, "Mul", left, right);
  const square = times(input, input);
  const inner = times(input, shifted(scope, scaled(scope, square, GELU_CUBIC), 1));
  const tanh = scope.graph.node("Tanh", [scaled(scope, inner, GELU_FACTOR)]);
  const gate = scaled(scope, shifted(scope, tanh, 1), 0.5);
  return {
    output: times(input, gate),
    derivative() {
      const steepness = combine(scope, "Sub", scalar(scope, 1), times(tanh, tanh));
      const innerSlope = shifted(scope, scaled(scope, square, 3 * GELU_CUBIC), 1);
      const bend = times(times(input, steepness), innerSlope);
      return combine(scope, "Add", gate, scaled(scope, bend, GELU_FACTOR / 2));
    },
  };
}

/** A function of each number by itself. */
export function activationLayer(name: ActivationName): Layer {
  const { nodes, compute } = ACTIVATIONS[name];
  return {
    parameters: [],
    statistics: [],
    masks: [],
    score: (scope, input) => nodes(scope, input).output,
    train(scope, input) {
      const { output, derivative } = nodes(scope, input);
      return { output, backward: (slope) => combine(scope, "Mul", slope, derivative()) };
    },
    compute(_tensors, input) {
      for (let i = 0; i < input.length; i++) input[i] = compute(input[i] as number);
      return input;
    },
  };
}
