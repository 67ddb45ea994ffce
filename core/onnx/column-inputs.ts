import type { GraphBuilder, Value } from "./graph-builder.ts";
import { ELEMENT } from "./tensor.ts";
import { ML_DOMAIN } from "./versions.ts";

/** A column of the frame, as the graph's input, float32 or string [n, 1]. */
export function addColumnInput(
  graph: GraphBuilder,
  { name, kind }: { readonly name: string; readonly kind: "number" | "category" },
): Value {
  return graph.input(name, kind === "number" ? "float" : "string", ["n", 1]);
}

/** Columns [n, 1] float32 side by side as doubles [n, columns]. */
export function joinNumbers(graph: GraphBuilder, columns: readonly Value[]): Value {
  return graph.node("Cast", [joinColumns(graph, columns)], {
    attributes: { to: { int: ELEMENT.double } },
  });
}

/** Values side by side along their second axis; a lone one as it is. */
export function joinColumns(graph: GraphBuilder, columns: readonly Value[]): Value {
  const [first] = columns;
  if (first !== undefined && columns.length === 1) return first;
  return graph.node("Concat", columns, { attributes: { axis: { int: 1 } } });
}

/** Each string as the double it stands for; 0 for a string that has none. */
export function encodeStrings(
  graph: GraphBuilder,
  strings: Value,
  values: ReadonlyMap<string, number>,
): Value {
  // LabelEncoder refuses to have no keys; "" stands for missing and never has a value of its own.
  if (values.size === 0) return encodeStrings(graph, strings, new Map([["", 0]]));
  return graph.node("LabelEncoder", [strings], {
    domain: ML_DOMAIN,
    attributes: {
      keys_strings: { strings: [...values.keys()] },
      values_tensor: {
        tensor: { dims: [values.size], values: Float64Array.from(values.values()) },
      },
      default_tensor: { tensor: { dims: [1], values: Float64Array.of(0) } },
    },
  });
}
