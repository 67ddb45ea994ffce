import { InvalidInputError } from "../../errors.ts";
import type { FrameColumn, LabelledFrame } from "../training-frame.ts";

/**
 * The rows whose weight is above 0: one of weight 0 is as if it were not there, so that its strings and
 * numbers shape nothing either.
 *
 * @throws {InvalidInputError} if no row has a weight above 0.
 */
export function usedRows(frame: LabelledFrame): LabelledFrame {
  const { weights, labels } = frame;
  if (weights === undefined || weights.every((weight) => weight > 0)) return frame;
  const kept = Uint32Array.from(weights.keys()).filter((row) => (weights[row] as number) > 0);
  if (kept.length === 0) {
    throw new InvalidInputError("the weights of all rows are 0; give one row or more a weight");
  }
  return {
    rows: kept.length,
    columns: frame.columns.map((column) => rowsOf(column, kept)),
    labels:
      labels instanceof Uint8Array
        ? Uint8Array.from(kept, at(labels))
        : Float64Array.from(kept, at(labels)),
    weights: Float64Array.from(kept, at(weights)),
  };
}

function rowsOf(column: FrameColumn, kept: Uint32Array): FrameColumn {
  return column.kind === "number"
    ? { ...column, values: Float32Array.from(kept, at(column.values)) }
    : { ...column, codes: Int32Array.from(kept, at(column.codes)) };
}

const at = (values: ArrayLike<number>) => (row: number) => values[row] as number;
