import type { WasmProgram } from "../../../wasm/wasm-threads.ts";
import { knownCodes } from "../../categories.ts";
import type { Frame } from "../../training-frame.ts";
import type { FeatureBins } from "../feature-bins.ts";
import { BORDER_BYTES, type WasmLayout } from "./wasm-layout.ts";

/** Rows that a thread puts into bins at once: their records stay in its cache meanwhile. */
const BLOCK_ROWS = 1024;

/**
 * Puts all rows of a split into their bins: copies values into the memory, some thousand rows at a time,
 * where threads turn them into bins.
 */
export function putBins(
  { program, layout }: { readonly program: WasmProgram; readonly layout: WasmLayout },
  split: "train" | "held",
  { rows, columns }: Frame,
  bins: readonly FeatureBins[],
): void {
  const { buffer, run } = program;
  const { staged, stagedRows } = layout;
  putTables(buffer, layout, columns, bins);
  const numbers = columns.map(
    (_, feature) => new Float32Array(buffer, staged + feature * stagedRows * 4, stagedRows),
  );
  const codes = numbers.map(({ byteOffset }) => new Int32Array(buffer, byteOffset, stagedRows));
  const name = split === "train" ? "binTrain" : "binHeld";
  for (let begin = 0; begin < rows; begin += stagedRows) {
    const end = Math.min(rows, begin + stagedRows);
    columns.forEach((column, feature) => {
      if (column.kind === "number") numbers[feature]?.set(column.values.subarray(begin, end));
      else codes[feature]?.set(column.codes.subarray(begin, end));
    });
    const calls: number[][] = [];
    for (let from = begin; from < end; from += BLOCK_ROWS) {
      const until = Math.min(end, from + BLOCK_ROWS);
      calls.push([(from - begin) * 4, (until - begin) * 4, from]);
    }
    run(name, calls);
  }
}

/** @throws {Error} where a column is not of the kind of its bins */
function putTables(
  buffer: ArrayBufferLike,
  { borders, tables, tableOf }: WasmLayout,
  columns: Frame["columns"],
  bins: readonly FeatureBins[],
): void {
  columns.forEach((column, feature) => {
    const one = bins[feature] as FeatureBins;
    if (column.kind === "number" && one.kind === "number") {
      const at = borders + feature * BORDER_BYTES;
      new Float32Array(buffer, at, 256).fill(Number.POSITIVE_INFINITY).set(one.borders);
    } else if (column.kind === "category" && one.kind === "category") {
      const table = tableOf[feature] as number;
      const known = knownCodes(column.dictionary, one.binOf);
      new Uint8Array(buffer, table, known.length).set(known);
      new Uint32Array(buffer, tables + feature * 4, 1)[0] = table;
    } else throw new Error(`column ${column.name} is no ${one.kind}`);
  });
}
