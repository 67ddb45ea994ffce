import type { TaskType } from "../../core/definition/task.ts";
import type { FrameColumn, LabelledFrame } from "../../core/training/training-frame.ts";
import { arrayOf, type FrameColumnSql } from "./frame-columns.ts";
import type { ColumnArray } from "./read-columns.ts";

/** What a frame is made of: columns of inputs, then of context, and what stands behind them. */
export interface FrameParts {
  readonly task: TaskType;
  readonly hasWeight: boolean;
  readonly inputs: readonly unknown[];
  /** As many as `inputs`, and those of context behind them. */
  readonly columns: readonly FrameColumnSql[];
}

/**
 * Empty arrays of a frame: every column, then labels, weights and queries, where there are such.
 *
 * @returns `arrays` to be filled in their order, and `frame`, which makes the frame of them then
 */
export function frameArrays(
  rows: number,
  { task, hasWeight, inputs, columns }: FrameParts,
): { readonly arrays: readonly ColumnArray[]; readonly frame: () => LabelledFrame } {
  const isClass = task === "binary" || task === "multiclass";
  const labels = isClass ? new Uint8Array(rows) : new Float64Array(rows);
  const weights = hasWeight ? new Float64Array(rows) : undefined;
  const queries = task === "ranking" ? new Uint32Array(rows) : undefined;
  const all = columns.map(({ column }): FrameColumn => column);
  const context = all.slice(inputs.length);
  return {
    arrays: [
      ...all.map(arrayOf),
      labels,
      ...(weights ? [weights] : []),
      ...(queries ? [queries] : []),
    ],
    frame: () => ({
      rows,
      columns: all.slice(0, inputs.length),
      labels,
      ...(weights && { weights }),
      ...(queries && { groups: groupsOf(queries) }),
      ...(context.length > 0 && { context }),
    }),
  };
}

/**
 * Where the queries of ordered rows begin, and where the last one ends.
 *
 * @param queries of each row, equal for the rows of one query, which lie together
 * @returns shape [queries + 1]
 */
export function groupsOf(queries: Uint32Array): Uint32Array {
  const isStart = (query: number, row: number) => row === 0 || query !== queries[row - 1];
  const groups = new Uint32Array(
    queries.reduce((n, query, row) => n + Number(isStart(query, row)), 1),
  );
  let at = 0;
  for (let row = 0; row < queries.length; row++) {
    if (isStart(queries[row] as number, row)) groups[at++] = row;
  }
  groups[at] = queries.length;
  return groups;
}
