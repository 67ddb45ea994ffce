import type { FrameColumn, NumberColumn } from "../training/training-frame.ts";

/** A column as slices: each row falls into one. */
export interface SlicedColumn {
  readonly column: string;
  /** The slice of each row, shape [rows]. */
  readonly codes: Int32Array;
  /** What the rows of a slice have, in words; null is missing. Some may have no rows. */
  readonly values: readonly (string | null)[];
}

/**
 * Slices of a column: each category is one, and each number of a column that has no more than `bins`
 * different ones; other numbers fall into spans of about as many rows. Equal numbers are never parted.
 * Rows without a value are a slice of their own.
 *
 * @param bins most spans of a numeric column, >= 2
 */
export function sliceColumn(column: FrameColumn, bins: number): SlicedColumn {
  if (column.kind === "number") return sliceNumbers(column, bins);
  const missing = column.dictionary.length;
  return {
    column: column.name,
    codes: column.codes.map((code) => (code < 0 ? missing : code)),
    values: [...column.dictionary, null],
  };
}

function sliceNumbers({ name, values }: NumberColumn, bins: number): SlicedColumn {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const distinct = firstDistinct(sorted, bins + 1);
  const isFew = distinct.length <= bins;
  // Of few numbers each begins a slice, else those at whole shares of the rows.
  const starts = isFew ? distinct.slice(1) : quantileStarts(sorted, distinct, bins);
  const words = isFew ? distinct.map(shortest) : spansInWords(starts);
  const missing = words.length;
  const codes = new Int32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    codes[row] = Number.isNaN(value) ? missing : spanOf(value, starts);
  }
  return { column: name, codes, values: [...words, null] };
}

/** The first few different ones of sorted numbers. */
function firstDistinct(sorted: Float32Array, most: number): readonly number[] {
  const distinct: number[] = [];
  for (const value of sorted) {
    if (value === distinct.at(-1)) continue;
    distinct.push(value);
    if (distinct.length === most) break;
  }
  return distinct;
}

/** Where spans but the first begin: at least one, each above the least number. */
function quantileStarts(
  sorted: Float32Array,
  distinct: readonly number[],
  bins: number,
): readonly number[] {
  const [least, second] = distinct as [number, number];
  const starts = new Set<number>();
  for (let bin = 1; bin < bins; bin++) {
    const start = sorted[Math.floor((bin * sorted.length) / bins)] as number;
    if (start > least) starts.add(start);
  }
  return starts.size === 0 ? [second] : [...starts];
}

function spansInWords(starts: readonly number[]): readonly string[] {
  return [
    `below ${shortest(starts[0] as number)}`,
    ...starts.map((start, i) => {
      const end = starts[i + 1];
      return end === undefined
        ? `${shortest(start)} and above`
        : `${shortest(start)} to below ${shortest(end)}`;
    }),
  ];
}

function spanOf(value: number, starts: readonly number[]): number {
  let span = 0;
  for (const start of starts) if (value >= start) span++;
  return span;
}

/** The shortest decimal that reads back as the same float32: 0.1 rather than 0.10000000149. */
function shortest(value: number): string {
  let digits = 1;
  // Nine always do.
  while (Math.fround(Number(value.toPrecision(digits))) !== value) digits++;
  return String(Number(value.toPrecision(digits)));
}
