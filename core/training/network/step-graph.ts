import { type Dimension, graphBuilder, type Value } from "../../onnx/graph-builder.ts";
import { vector } from "../../onnx/tensor.ts";
import { addAdamStep } from "./adam.ts";
import type { InputValues } from "./layers/input-layer.ts";
import type { Scope, TrainingScope } from "./layers/layer.ts";
import { combine } from "./layers/nodes.ts";
import { layoutOf } from "./layout.ts";
import type { Loss } from "./loss.ts";
import { type Network, parametersOf } from "./network.ts";
import {
  addInputs,
  collectingScope,
  type Element,
  flattened,
  type StateScope,
  stateScope,
} from "./network-scope.ts";

/**
 * One training step as a graph: forward, backward, and the optimiser's step.
 *
 * Inputs: `numbers` [rows, numbers] and `codes` [rows, columns of strings] where the network has such,
 * `targets` and `weights` [rows, 1], a mask for each dropout, by its layer's name, [rows, units];
 * `parameters`, `first`, `second` [parameters]; `statistics` where there are any; and, [1] each,
 * `inverseRows`, `stepSize`, `secondScale`, `shrink`, `blend` (share of the batch in the statistics).
 * Outputs: `scores` [rows, width], from before the step; `newParameters`, `newFirst`, `newSecond`,
 * `newStatistics`; and `gradient` where `keepGradient` asks for it.
 *
 * @param element double is for tests: finite differences drown in the rounding of float
 */
export function stepGraph(
  network: Network,
  loss: Loss,
  { element = "float", keepGradient = false }: StepGraphOptions = {},
): Uint8Array {
  const graph = graphBuilder("step");
  const state = stateScope(graph, network, element);
  const inputs = addInputs(graph, network, element);
  const column = (name: string) => graph.input(name, element, ["rows", 1]);
  const collected = collectingScope(state.scope, graph.input("inverseRows", element, [1]));

  const { output, backward } = trainThrough(network, collected.scope, inputs);
  const slope = loss.slope(state.scope, output, column("targets"));
  backward(combine(state.scope, "Mul", slope, column("weights")));

  const gradient = flattened(graph, collected.gradients, state.parameters);
  give(state.scope, "scores", output, ["rows", loss.width]);
  if (keepGradient) give(state.scope, "gradient", gradient, [state.parameters.size]);
  giveMoved(network, state, gradient);
  giveStatistics(state, collected.observations);
  return graph.toBytes();
}

export interface StepGraphOptions {
  readonly element?: Element;
  readonly keepGradient?: boolean;
}

/**
 * Scoring with weights that are fed: inputs `numbers`, `codes`, `parameters`, `statistics` as in
 * `stepGraph`, output `scores` [rows, width].
 */
export function scoringGraph(network: Network, width: number): Uint8Array {
  const graph = graphBuilder("scoring");
  const { scope } = stateScope(graph, network, "float");
  const inputs = addInputs(graph, network, "float");
  const scores = scoreThrough(network, scope, inputs);
  give(scope, "scores", scores, ["rows", width]);
  return graph.toBytes();
}

function give({ graph, element }: Scope, name: string, value: Value, dims: readonly Dimension[]) {
  graph.output(graph.node("Identity", [value], { output: name }), element, dims);
}

/** The optimiser's step, from and to inputs and outputs of the graph. */
function giveMoved(network: Network, { scope, flat, parameters }: StateScope, gradient: Value) {
  const { graph, element } = scope;
  const rate = (name: string) => graph.input(name, element, [1]);
  const state = (name: string) => graph.input(name, element, [parameters.size]);
  const moved = addAdamStep(
    scope,
    { parameters: flat, first: state("first"), second: state("second") },
    gradient,
    {
      rates: {
        stepSize: rate("stepSize"),
        secondScale: rate("secondScale"),
        shrink: rate("shrink"),
      },
      decays: decayMask(scope, network),
    },
  );
  give(scope, "newParameters", moved.parameters, [parameters.size]);
  give(scope, "newFirst", moved.first, [parameters.size]);
  give(scope, "newSecond", moved.second, [parameters.size]);
}

/** The running statistics, moved towards the batch's. */
function giveStatistics(
  { scope, statistics, statisticsLayout }: StateScope,
  observed: ReadonlyMap<string, Value>,
) {
  if (statistics === undefined) return;
  const { graph, element } = scope;
  const seen = flattened(graph, observed, statisticsLayout);
  const change = combine(scope, "Sub", seen, statistics);
  const share = combine(scope, "Mul", change, graph.input("blend", element, [1]));
  const blended = combine(scope, "Add", statistics, share);
  give(scope, "newStatistics", blended, [statisticsLayout.size]);
}

/** Nodes of scoring, from the input to the outputs. */
export function scoreThrough(network: Network, scope: Scope, inputs: InputValues): Value {
  const start = network.input.score(scope, inputs);
  return network.layers.reduce((value, layer) => layer.score(scope, value), start);
}

function trainThrough(network: Network, scope: TrainingScope, inputs: InputValues) {
  const start = network.input.train(scope, inputs);
  let { output } = start;
  const back: ((slope: Value) => Value)[] = [];
  for (const layer of network.layers) {
    const trained = layer.train(scope, output);
    back.unshift(trained.backward);
    output = trained.output;
  }
  const backward = (slope: Value) => {
    start.backward(back.reduce((value, step) => step(value), slope));
  };
  return { output, backward };
}

/** 1 for each number of a parameter that decays, else 0. */
function decayMask({ graph, element }: Scope, network: Network): Value {
  const parameters = parametersOf(network);
  const { places, size } = layoutOf(parameters);
  const mask = element === "float" ? new Float32Array(size) : new Float64Array(size);
  parameters.forEach(({ decays }, i) => {
    if (decays) mask.fill(1, places[i]?.from, places[i]?.to);
  });
  return graph.constant(vector(mask));
}
