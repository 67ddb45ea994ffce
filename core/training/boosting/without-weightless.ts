import type { FrameColumn, LabelledFrame } from "../training-frame.ts";

/**
 * The rows whose weight is not 0: what has none is as if it were not there. The frame itself where all
 * rows count.
 */
export function withoutWeightless(frame: LabelledFrame): LabelledFrame {
  const { weights, groups } = frame;
  if (!weights?.includes(0)) return frame;
  const kept = Uint32Array.from(weights.keys()).filter((row) => weights[row] !== 0);
  return {
    rows: kept.length,
    columns: frame.columns.map((column) => columnOf(column, kept)),
    labels:
      frame.labels.constructor === Uint8Array
        ? Uint8Array.from(kept, (row) => frame.labels[row] as number)
        : Float64Array.from(kept, (row) => frame.labels[row] as number),
    weights: Float64Array.from(kept, (row) => weights[row] as number),
    ...(groups && { groups: groupsOf(groups, weights) }),
  };
}

function columnOf(column: FrameColumn, rows: Uint32Array): FrameColumn {
  return column.kind === "number"
    ? { ...column, values: Float32Array.from(rows, (row) => column.values[row] as number) }
    : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] as number) };
}

/** First rows of the queries by the rows that are left; a query may be empty. */
function groupsOf(groups: Uint32Array, weights: Float64Array): Uint32Array {
  let kept = 0;
  let row = 0;
  return groups.map((begin) => {
    for (; row < begin; row++) if (weights[row] !== 0) kept++;
    return kept;
  });
}
