import type { ScoringColumns } from "../inference/scorer.ts";
import type { Frame, FrameColumn } from "../training/training-frame.ts";

/**
 * One row of what a graph reads as a frame of the wanted inputs; "" is missing.
 *
 * @param columns have every input, of the same kind
 */
export function rowFrame(
  inputs: readonly Pick<FrameColumn, "kind" | "name">[],
  columns: ScoringColumns,
  row: number,
): Frame {
  return {
    rows: 1,
    columns: inputs.map(({ kind, name }): FrameColumn => {
      const value = columns[name]?.[row];
      if (kind === "number") return { kind, name, values: Float32Array.of(Number(value)) };
      const dictionary = [String(value)];
      return { kind, name, codes: Int32Array.of(value === "" ? -1 : 0), dictionary };
    }),
  };
}
