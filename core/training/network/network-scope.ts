import type { GraphBuilder, Value } from "../../onnx/graph-builder.ts";
import type { InputValues } from "./layers/input-layer.ts";
import type { Scope, TrainingScope } from "./layers/layer.ts";
import { castTo, reshaped, sliced } from "./layers/nodes.ts";
import { type Layout, layoutOf, statisticsLayout } from "./layout.ts";
import { type Network, parametersOf, statisticsOf } from "./network.ts";

export type Element = Scope["element"];

/** A scope whose tensors are fed: two vectors, which the graph cuts. */
export interface StateScope {
  readonly scope: Scope;
  /** All parameters, [parameters]. */
  readonly flat: Value;
  readonly parameters: Layout;
  /** All statistics, [statistics]; absent where the network has none. */
  readonly statistics?: Value;
  readonly statisticsLayout: Layout;
}

/** Takes parameters and statistics as inputs of the graph. */
export function stateScope(graph: GraphBuilder, network: Network, element: Element): StateScope {
  const parameters = layoutOf(parametersOf(network));
  const statistics = statisticsLayout(statisticsOf(network));
  const flat = graph.input("parameters", element, [parameters.size]);
  const tensors = new Map(cut(graph, flat, parameters));
  const scope: Scope = { graph, element, tensor: (name) => tensors.get(name) as Value };
  const state = { scope, flat, parameters, statisticsLayout: statistics };
  if (statistics.size === 0) return state;
  const running = graph.input("statistics", element, [statistics.size]);
  for (const [name, value] of cut(graph, running, statistics)) tensors.set(name, value);
  return { ...state, statistics: running };
}

function cut(graph: GraphBuilder, flat: Value, { places }: Layout): [string, Value][] {
  return places.map(({ name, dims, from, to }) => [
    name,
    reshaped(graph, sliced(graph, flat, { from, to, axis: 0 }), dims),
  ]);
}

/** The network's inputs as the graph's: `numbers` and `codes`, where it has such. */
export function addInputs(graph: GraphBuilder, network: Network, element: Element): InputValues {
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
export function collectingScope(scope: Scope, inverseRows: Value) {
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

/** Tensors by name as one vector, in the layout's order. */
export function flattened(
  graph: GraphBuilder,
  values: ReadonlyMap<string, Value>,
  { places }: Layout,
): Value {
  const flat = places.map(({ name }) => reshaped(graph, values.get(name) as Value, [-1]));
  return graph.node("Concat", flat, { attributes: { axis: { int: 0 } } });
}
