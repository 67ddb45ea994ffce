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

/** The numbers of a vector of DOUBLE or INTEGER without NULL, as they lie in DuckDB's memory. */
export function vectorItems(vector: DuckDBVector): Float64Array | Int32Array {
  const { items } = vector as unknown as { readonly items?: unknown };
  if (items instanceof Float64Array || items instanceof Int32Array) return items;
  throw new Error(`a vector of ${vector.type} holds no numbers`);
}

/** The memory of a result of type ARRAY of DOUBLE, the numbers of a row side by side. `flush` it when full. */
export function arrayItems(output: DuckDBVector): Float64Array {
  const { childData } = output as unknown as { readonly childData?: { readonly items?: unknown } };
  if (childData?.items instanceof Float64Array) return childData.items;
  throw new Error(`a vector of ${output.type} holds no numbers side by side`);
}

/**
 * Fills the result of a function of rows, none of it NULL where it is DOUBLE: numbers go straight into
 * the vector's memory, without its validity bits, which are ten times as slow.
 */
export function giveItems(
  output: DuckDBVector,
  rows: number,
  give: (row: number) => number | string | null,
): void {
  const { items } = output as unknown as { readonly items?: unknown };
  if (items instanceof Float64Array) {
    for (let row = 0; row < rows; row++) items[row] = give(row) as number;
  } else {
    for (let row = 0; row < rows; row++) output.setItem(row, give(row));
  }
  output.flush();
}
