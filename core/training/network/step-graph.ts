import { type GraphBuilder, graphBuilder, type Value } from "../../onnx/graph-builder.ts";
import { vector } from "../../onnx/tensor.ts";
import { addAdamStep } from "./adam.ts";
import type { InputValues } from "./layers/input-layer.ts";
import type { Scope, TrainingScope } from "./layers/layer.ts";
import { castTo, combine, reshaped, sliced } from "./layers/nodes.ts";
import { type Layout, layoutOf, statisticsLayout } from "./layout.ts";
import type { Loss } from "./loss.ts";
import { type Network, parametersOf, statisticsOf } from "./network.ts";

export type Element = Scope["element"];

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
  const rate = (name: string) => graph.input(name, element, [1]);
  const collected = collectingScope(state.scope, rate("inverseRows"));

  const { output, backward } = trainThrough(network, collected.scope, inputs);
  const perRow = combine(
    state.scope,
    "Mul",
    loss.slope(state.scope, output, column("targets")),
    column("weights"),
  );
  backward(perRow);

  const names = (layout: Layout) => layout.places.map(({ name }) => name);
  const gradient = flattened(graph, collected.gradients, names(state.parameters));
  const rates = {
    stepSize: rate("stepSize"),
    secondScale: rate("secondScale"),
    shrink: rate("shrink"),
  };
  const moved = addAdamStep(
    state.scope,
    {
      parameters: state.flat,
      first: graph.input("first", element, [state.parameters.size]),
      second: graph.input("second", element, [state.parameters.size]),
    },
    gradient,
    { rates, decays: decayMask(graph, network, element) },
  );
  const give = (name: string, value: Value, dims: readonly (number | string)[]) =>
    graph.output(graph.node("Identity", [value], { output: name }), element, dims);
  give("scores", output, ["rows", loss.width]);
  give("newParameters", moved.parameters, [state.parameters.size]);
  give("newFirst", moved.first, [state.parameters.size]);
  give("newSecond", moved.second, [state.parameters.size]);
  if (keepGradient) give("gradient", gradient, [state.parameters.size]);
  if (state.statistics !== undefined) {
    const seen = flattened(graph, collected.observations, names(state.statisticsLayout));
    const change = combine(state.scope, "Sub", seen, state.statistics);
    const share = combine(state.scope, "Mul", change, rate("blend"));
    const blended = combine(state.scope, "Add", state.statistics, share);
    give("newStatistics", blended, [state.statisticsLayout.size]);
  }
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
  graph.output(graph.node("Identity", [scores], { output: "scores" }), "float", ["rows", width]);
  return graph.toBytes();
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

/** Parameters and statistics as inputs of the graph, cut into tensors. */
function stateScope(graph: GraphBuilder, network: Network, element: Element) {
  const parameters = layoutOf(parametersOf(network));
  const statistics = statisticsLayout(statisticsOf(network));
  const flat = graph.input("parameters", element, [parameters.size]);
  const tensors = new Map(cut(graph, flat, parameters));
  const hasStatistics = statistics.size > 0;
  const running = hasStatistics ? graph.input("statistics", element, [statistics.size]) : undefined;
  if (running !== undefined) {
    for (const [name, value] of cut(graph, running, statistics)) tensors.set(name, value);
  }
  const scope: Scope = { graph, element, tensor: (name) => tensors.get(name) as Value };
  return { scope, flat, parameters, statistics: running, statisticsLayout: statistics };
}

function cut(graph: GraphBuilder, flat: Value, { places }: Layout): [string, Value][] {
  return places.map(({ name, dims, from, to }) => [
    name,
    reshaped(graph, sliced(graph, flat, { from, to, axis: 0 }), dims),
  ]);
}

function addInputs(graph: GraphBuilder, network: Network, element: Element): InputValues {
  const { numberCount, categoryCount } = network;
  const codes: Value[] = [];
  if (categoryCount > 0) {
    // float32 tells whole numbers up to 2^24 apart; int64 would cost the loop a BigInt for each.
    const all = castTo(graph, graph.input("codes", "float", ["rows", categoryCount]), "int64");
    for (let i = 0; i < categoryCount; i++) {
      const index = graph.constant({ dims: [], values: BigInt64Array.of(BigInt(i)) });
      codes.push(graph.node("Gather", [all, index], { attributes: { axis: { int: 1 } } }));
    }
  }
  if (numberCount === 0) return { codes };
  return { codes, numbers: graph.input("numbers", element, ["rows", numberCount]) };
}

/** A scope that collects what the layers give it. */
function collectingScope(scope: Scope, inverseRows: Value) {
  const gradients = new Map<string, Value>();
  const observations = new Map<string, Value>();
  const training: TrainingScope = {
    ...scope,
    inverseRows,
    mask: ({ name, size }) => scope.graph.input(name, scope.element, ["rows", size]),
    gradient: (name, value) => gradients.set(name, value),
    observed: (name, value) => observations.set(name, value),
  };
  return { scope: training, gradients, observations };
}

function flattened(
  graph: GraphBuilder,
  values: ReadonlyMap<string, Value>,
  names: readonly string[],
): Value {
  const flat = names.map((name) => reshaped(graph, values.get(name) as Value, [-1]));
  return graph.node("Concat", flat, { attributes: { axis: { int: 0 } } });
}

function decayMask(graph: GraphBuilder, network: Network, element: Element): Value {
  const parameters = parametersOf(network);
  const { places, size } = layoutOf(parameters);
  const mask = element === "float" ? new Float32Array(size) : new Float64Array(size);
  parameters.forEach(({ decays }, i) => {
    if (decays) mask.fill(1, places[i]?.from, places[i]?.to);
  });
  return graph.constant(vector(mask));
}
