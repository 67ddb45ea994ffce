import type { DuckDBVector } from "@duckdb/node-api";

type NumberArray = Float32Array | Int32Array | Uint8Array;

/**
 * Copies a vector without NULL into a column, from row `at` on. NaN becomes the one NaN of
 * JavaScript, so that equal columns have equal bytes.
 */
export function copyVector(vector: DuckDBVector, column: NumberArray, at: number): void {
  for (let i = 0; i < vector.itemCount; i++) {
    const value = vector.getItem(i) as number;
    column[at + i] = Number.isNaN(value) ? Number.NaN : value;
  }
}
