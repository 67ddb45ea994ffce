import { floatBelow } from "../random-floats.ts";
import type { Layer, Parameter } from "./layer.ts";
import { product, sumOfRows } from "./nodes.ts";

export interface LinearOptions {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Weights start uniform between plus and minus this. */
  readonly bound: number;
  /** What each output starts at, shape [outputs]; absent: the layer adds nothing. */
  readonly bias?: Float64Array;
}

/** Rows times a matrix, plus a bias where one is wanted. */
export function linearLayer({ name, inputs, outputs, bound, bias }: LinearOptions): Layer {
  const weight: Parameter = {
    name: `${name} weight`,
    dims: [inputs, outputs],
    decays: true,
    start(values, random) {
      for (let i = 0; i < values.length; i++) values[i] = floatBelow(random, bound);
    },
  };
  const biases: readonly Parameter[] =
    bias === undefined
      ? []
      : [
          {
            name: `${name} bias`,
            dims: [outputs],
            decays: false,
            start: (values) => values.set(bias),
          },
        ];
  const score: Layer["score"] = ({ graph, tensor }, input) =>
    graph.node("Gemm", [input, tensor(weight.name), ...biases.map((one) => tensor(one.name))]);

  return {
    parameters: [weight, ...biases],
    statistics: [],
    masks: [],
    score,
    train(scope, input) {
      return {
        output: score(scope, input),
        backward(slope) {
          scope.gradient(weight.name, product(scope, input, slope, { transposed: "left" }));
          for (const one of biases) scope.gradient(one.name, sumOfRows(scope, slope));
          return product(scope, slope, scope.tensor(weight.name), { transposed: "right" });
        },
      };
    },
    compute(tensors, input, rows) {
      const weights = tensors.get(weight.name) as Float32Array;
      const output = new Float64Array(rows * outputs);
      for (const one of biases) fillRows(output, tensors.get(one.name) as Float32Array);
      for (let row = 0; row < rows; row++) {
        addProduct(
          input.subarray(row * inputs, (row + 1) * inputs),
          weights,
          output,
          row * outputs,
        );
      }
      return output;
    },
  };
}

function fillRows(output: Float64Array, values: Float32Array): void {
  for (let at = 0; at < output.length; at += values.length) output.set(values, at);
}

/** Adds a row times a matrix to the output, from place `at` on. */
function addProduct(
  row: Float64Array,
  weights: Float32Array,
  output: Float64Array,
  at: number,
): void {
  const width = weights.length / row.length;
  let place = 0;
  for (const value of row) {
    for (let i = 0; i < width; i++) {
      output[at + i] = (output[at + i] as number) + value * (weights[place + i] as number);
    }
    place += width;
  }
}
