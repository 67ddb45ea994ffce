import type { NetworkParameters } from "../../definition/parameters/network.ts";
import type { InputPlan } from "./encode-inputs.ts";
import { activationLayer } from "./layers/activation.ts";
import { batchNormalisation } from "./layers/batch-normalisation.ts";
import { dropoutLayer } from "./layers/dropout.ts";
import { type InputLayer, inputLayer } from "./layers/input-layer.ts";
import type { Layer, Parameter, Statistic } from "./layers/layer.ts";
import { linearLayer } from "./layers/linear.ts";

/** The layers of one network, their weights elsewhere. */
export interface Network {
  readonly input: InputLayer;
  /** After the input: hidden layers, then the outputs. */
  readonly layers: readonly Layer[];
  /** Columns of numbers that the input takes. */
  readonly numberCount: number;
  /** Columns of strings that the input takes. */
  readonly categoryCount: number;
}

export type ShapeParameters = Pick<
  NetworkParameters,
  "hiddenUnits" | "activation" | "dropout" | "batchNormalisation" | "embeddingSize"
>;

/** Largest embedding that is chosen by the number of strings. */
const MOST_EMBEDDING = 32;

/**
 * A multilayer perceptron: inputs, then for each hidden layer a matrix, batch normalisation, the
 * activation and dropout, then a matrix to the outputs.
 *
 * @param bias what each output starts at
 */
export function networkOf(
  plan: InputPlan,
  parameters: ShapeParameters,
  bias: Float64Array,
): Network {
  const input = inputLayer(
    plan.numberCount,
    plan.categories.map(({ name, codeOf }) => ({
      name: `embedding of ${name}`,
      rows: codeOf.size + 1,
      size: parameters.embeddingSize ?? embeddingSizeFor(codeOf.size),
    })),
  );
  const layers: Layer[] = [];
  let inputs = input.width;
  parameters.hiddenUnits.forEach((outputs, i) => {
    layers.push(...hiddenLayer(`hidden ${i + 1}`, inputs, outputs, parameters));
    inputs = outputs;
  });
  const outputs = bias.length;
  // Glorot and Bengio 2010: as much signal forward as backward.
  const bound = Math.sqrt(6 / (inputs + outputs));
  layers.push(linearLayer({ name: "output", inputs, outputs, bound, bias }));
  return { input, layers, numberCount: plan.numberCount, categoryCount: plan.categories.length };
}

function hiddenLayer(
  name: string,
  inputs: number,
  outputs: number,
  { activation, dropout, batchNormalisation: normalised }: ShapeParameters,
): readonly Layer[] {
  // He et al. 2015, https://arxiv.org/abs/1502.01852, for activations that pass half of their input.
  const bound = Math.sqrt(6 / inputs);
  const bias = new Float64Array(outputs);
  // What batch normalisation takes away again, a bias need not add.
  const matrix = { name, inputs, outputs, bound };
  return [
    linearLayer(normalised ? matrix : { ...matrix, bias }),
    ...(normalised ? [batchNormalisation(name, outputs)] : []),
    activationLayer(activation),
    ...(dropout > 0 ? [dropoutLayer(name, outputs)] : []),
  ];
}

/** Rule of thumb of fastai, `emb_sz_rule`: 1.6 n^0.56, here up to 32. */
function embeddingSizeFor(strings: number): number {
  return Math.min(MOST_EMBEDDING, Math.max(1, Math.round(1.6 * strings ** 0.56)));
}

export function parametersOf({ input, layers }: Network): readonly Parameter[] {
  return [...input.parameters, ...layers.flatMap(({ parameters }) => parameters)];
}

export function statisticsOf({ layers }: Network): readonly Statistic[] {
  return layers.flatMap(({ statistics }) => statistics);
}
