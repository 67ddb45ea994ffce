import type { GraphBuilder, Value } from "../../onnx/graph-builder.ts";
import { vector } from "../../onnx/tensor.ts";
import { ML_DOMAIN } from "../../onnx/versions.ts";

/** Rows of numbers: of unknown strings, then of known ones by code, then of missing ones. */
export interface StringTable {
  /** Shape [(strings + 2) * width]. */
  readonly values: Float32Array | Float64Array;
  readonly width: number;
}

/**
 * Each string as its row of a table, in one node where rows have one number.
 *
 * @param strings string [n, 1]; "" is missing
 * @param codeOf known strings in the order of their codes 1, 2, 3…
 * @returns [n, width], of the table's type
 */
export function lookUpStrings(
  graph: GraphBuilder,
  strings: Value,
  codeOf: ReadonlyMap<string, number>,
  { values, width }: StringTable,
): Value {
  const keys = { strings: [...codeOf.keys(), ""] };
  const encode = (own: Float32Array | Float64Array | BigInt64Array, other: typeof own) =>
    graph.node("LabelEncoder", [strings], {
      domain: ML_DOMAIN,
      attributes: {
        keys_strings: keys,
        values_tensor: { tensor: vector(own) },
        default_tensor: { tensor: vector(other) },
      },
    });
  if (width === 1) return encode(values.subarray(1), values.subarray(0, 1));
  const rows = BigInt64Array.from(keys.strings, (_, i) => BigInt(i + 1));
  const row = encode(rows, BigInt64Array.of(0n));
  const flat = graph.node("Reshape", [row, graph.constant(vector(BigInt64Array.of(-1n)))]);
  const table = graph.constant({ dims: [values.length / width, width], values });
  return graph.node("Gather", [table, flat], { attributes: { axis: { int: 0 } } });
}
