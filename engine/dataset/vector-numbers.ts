import type { DuckDBVector } from "@duckdb/node-api";
import type { ColumnArray } from "./read-columns.ts";

/**
 * The numbers of a vector without NULL as they lie in DuckDB's memory: valid until the next chunk is
 * fetched. NaN becomes the one NaN of JavaScript, so that equal columns have equal bytes.
 */
export function vectorNumbers(vector: DuckDBVector): ColumnArray {
  const { items } = vector as unknown as { readonly items?: unknown };
  if (items instanceof Float32Array || items instanceof Float64Array) return withOneNaN(items);
  if (items instanceof Int32Array || items instanceof Uint8Array) return items;
  if (items instanceof Uint32Array || items instanceof BigInt64Array) return items;
  throw new Error(`a vector of ${vector.type} holds no numbers`);
}

function withOneNaN<T extends Float32Array | Float64Array>(items: T): T {
  for (let i = 0; i < items.length; i++) if (Number.isNaN(items[i])) items[i] = Number.NaN;
  return items;
}
