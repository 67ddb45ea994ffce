import { drawAscending, seededRandom } from "./random.ts";
import type { Frame, FrameColumn, LabelledFrame, Labels } from "./training-frame.ts";

/** Fewer rows are no sample that anything could be learned from. */
const LEAST_ROWS = 100;

/**
 * A share of a frame's rows, drawn without replacement, in their old order; of a ranking a share of its
 * queries, each whole. Equal seeds give equal rows, and at least 100 stay where there are as many.
 *
 * @param share above 0; from 1 on the frame itself is given
 */
export function sampleFrame(frame: LabelledFrame, share: number, seed: number): LabelledFrame {
  if (share >= 1) return frame;
  const { groups } = frame;
  const units = groups === undefined ? frame.rows : groups.length - 1;
  const wanted = Math.min(units, Math.max(Math.round(units * share), LEAST_ROWS));
  const drawn = new Uint32Array(wanted);
  drawAscending(seededRandom(seed), units, wanted, drawn);
  return groups === undefined
    ? takeRows(frame, drawn)
    : takeRows(frame, rowsOf(drawn, groups), groupsOf(drawn, groups));
}

function rowsOf(queries: Uint32Array, groups: Uint32Array): Uint32Array {
  const rows: number[] = [];
  for (const query of queries) {
    for (let row = groups[query] as number; row < (groups[query + 1] as number); row++) {
      rows.push(row);
    }
  }
  return Uint32Array.from(rows);
}

function groupsOf(queries: Uint32Array, groups: Uint32Array): Uint32Array {
  const begins = new Uint32Array(queries.length + 1);
  queries.forEach((query, i) => {
    begins[i + 1] =
      (begins[i] as number) + (groups[query + 1] as number) - (groups[query] as number);
  });
  return begins;
}

/** The rows of a frame by their numbers, in that order. */
export function takeRows(
  frame: LabelledFrame,
  rows: Uint32Array,
  groups?: Uint32Array,
): LabelledFrame {
  const { weights, context } = frame;
  return {
    ...takeFrame(frame, rows),
    labels: takeLabels(frame.labels, rows),
    ...(weights && { weights: Float64Array.from(rows, (row) => weights[row] as number) }),
    ...(groups && { groups }),
    ...(context && { context: context.map((column) => takeColumn(column, rows)) }),
  };
}

function takeFrame({ columns }: Frame, rows: Uint32Array): Frame {
  return { rows: rows.length, columns: columns.map((column) => takeColumn(column, rows)) };
}

function takeColumn(column: FrameColumn, rows: Uint32Array): FrameColumn {
  return column.kind === "number"
    ? { ...column, values: Float32Array.from(rows, (row) => column.values[row] as number) }
    : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] as number) };
}

function takeLabels(labels: Labels, rows: Uint32Array): Labels {
  return labels instanceof Uint8Array
    ? Uint8Array.from(rows, (row) => labels[row] as number)
    : Float64Array.from(rows, (row) => labels[row] as number);
}
