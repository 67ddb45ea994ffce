import type { SliceCondition } from "../run/evaluation-results.ts";
import type { SlicedColumn } from "./sliced-column.ts";

/** Rows or queries that have something in common. */
export interface SliceGroup {
  readonly where: readonly SliceCondition[];
  /** Numbers of rows or, of a ranking, of queries; rising. */
  readonly units: Uint32Array;
}

/** The slices of a column that have enough units; the others are left out. */
export function columnGroups(sliced: SlicedColumn, minUnits: number): readonly SliceGroup[] {
  const { column, codes, values } = sliced;
  return unitsByCode(codes, values.length, minUnits).map(({ code, units }) => ({
    where: [{ column, value: values[code] as string | null }],
    units,
  }));
}

/** The same of two columns: units that have a value of both in common. */
export function pairGroups(
  first: SlicedColumn,
  second: SlicedColumn,
  minUnits: number,
): readonly SliceGroup[] {
  const width = second.values.length;
  const codes = first.codes.map((code, unit) => code * width + (second.codes[unit] as number));
  return unitsByCode(codes, first.values.length * width, minUnits).map(({ code, units }) => ({
    where: [
      { column: first.column, value: first.values[Math.floor(code / width)] as string | null },
      { column: second.column, value: second.values[code % width] as string | null },
    ],
    units,
  }));
}

/** Units with each code, by a counting sort. */
function unitsByCode(
  codes: Int32Array,
  count: number,
  minUnits: number,
): readonly { readonly code: number; readonly units: Uint32Array }[] {
  const starts = new Uint32Array(count + 1);
  for (const code of codes) starts[code + 1] = (starts[code + 1] as number) + 1;
  for (let code = 0; code < count; code++) {
    starts[code + 1] = (starts[code + 1] as number) + (starts[code] as number);
  }
  const order = new Uint32Array(codes.length);
  const next = starts.slice();
  for (let unit = 0; unit < codes.length; unit++) {
    const code = codes[unit] as number;
    const place = next[code] as number;
    order[place] = unit;
    next[code] = place + 1;
  }
  const found: { code: number; units: Uint32Array }[] = [];
  for (let code = 0; code < count; code++) {
    const units = order.subarray(starts[code], starts[code + 1]);
    if (units.length >= minUnits) found.push({ code, units });
  }
  return found;
}
