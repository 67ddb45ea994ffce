import type { FrameColumn } from "../training/training-frame.ts";
import { takeColumn } from "./take-rows.ts";

/**
 * Columns by what is weighted and sliced: as they are where rows have no groups; of a ranking, those
 * whose value is the same in all rows of each query, with one row a query.
 *
 * @param groups the first row of each query and, last, the number of rows
 */
export function queryColumns(
  columns: readonly FrameColumn[],
  groups: Uint32Array | undefined,
): readonly FrameColumn[] {
  if (groups === undefined) return columns;
  const firstRows = groups.subarray(0, -1);
  return columns
    .filter((column) => isSameWithin(column, groups))
    .map((column) => takeColumn(column, firstRows));
}

function isSameWithin(column: FrameColumn, groups: Uint32Array): boolean {
  const values = column.kind === "number" ? column.values : column.codes;
  let query = 0;
  for (let row = 0; row < values.length; row++) {
    if (row === groups[query + 1]) query++;
    // NaN is the same as NaN here: both are missing.
    if (!Object.is(values[row], values[groups[query] as number])) return false;
  }
  return true;
}
