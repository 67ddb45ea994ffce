import type { ScoringColumns } from "../inference/scorer.ts";
import type { FrameColumn, LabelledFrame } from "../training/training-frame.ts";

/** Some rows as a graph wants them, with their labels. */
export interface ScoringBatch {
  readonly rows: number;
  readonly columns: ScoringColumns;
  readonly labels: Uint8Array;
}

/**
 * A frame cut into batches for scoring, rows in order. Numbers are views of the frame, strings are
 * those of its dictionaries, "" for missing.
 *
 * @param batchRows most rows of a batch
 */
export function* scoringBatches(
  frame: LabelledFrame,
  batchRows = 65_536,
): Generator<ScoringBatch, void, undefined> {
  for (let from = 0; from < frame.rows; from += batchRows) {
    const to = Math.min(from + batchRows, frame.rows);
    const columns = frame.columns.map((column) => [column.name, slice(column, from, to)] as const);
    yield {
      rows: to - from,
      columns: Object.fromEntries(columns),
      labels: frame.labels.subarray(from, to),
    };
  }
}

function slice(column: FrameColumn, from: number, to: number): Float32Array | readonly string[] {
  if (column.kind === "number") return column.values.subarray(from, to);
  const strings = new Array<string>(to - from);
  for (let i = from; i < to; i++) {
    strings[i - from] = column.dictionary[column.codes[i] as number] ?? "";
  }
  return strings;
}
