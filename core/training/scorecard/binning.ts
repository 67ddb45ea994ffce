import { textInGraph } from "../categories.ts";
import type { FrameColumn } from "../training-frame.ts";

/** Bins of a column of numbers: bin i holds `borders[i - 1] < value <= borders[i]`, the next one NaN. */
export interface NumberBinning {
  readonly kind: "number";
  readonly name: string;
  /** Ascending float32, shape [bins - 1]. */
  readonly borders: readonly number[];
}

/** Bins of a column of strings: one for each group, one of its own for "other" if need be, then missing. */
export interface CategoryBinning {
  readonly kind: "category";
  readonly name: string;
  /** The strings of each bin, rare ones left out. */
  readonly groups: readonly (readonly string[])[];
  /** Bin of rare and unknown strings: one of the groups, or `groups.length`. */
  readonly otherBin: number;
}

export type Binning = NumberBinning | CategoryBinning;

/** What a caller may send for an input. */
export type InputValue = number | string | boolean | null;

/** The bin of missing values, always the last. */
export function missingBin(binning: Binning): number {
  if (binning.kind === "number") return binning.borders.length + 1;
  return Math.max(binning.groups.length, binning.otherBin + 1);
}

/** Number of bins, that of missing values included. */
export function binCount(binning: Binning): number {
  return missingBin(binning) + 1;
}

/**
 * The bin of each row of a column.
 *
 * @returns shape [rows]
 * @throws {Error} if the column is of another kind
 */
export function binRows(binning: Binning, column: FrameColumn): Uint8Array {
  if (binning.kind === "number" && column.kind === "number") {
    const { values } = column;
    const bins = new Uint8Array(values.length);
    for (let row = 0; row < bins.length; row++) {
      bins[row] = binOfNumber(binning, values[row] as number);
    }
    return bins;
  }
  if (binning.kind === "category" && column.kind === "category") {
    const binOfText = textBinner(binning);
    const binOfCode = column.dictionary.map(binOfText);
    const missing = missingBin(binning);
    const bins = new Uint8Array(column.codes.length);
    column.codes.forEach((code, row) => {
      bins[row] = binOfCode[code] ?? missing;
    });
    return bins;
  }
  throw new Error(`column ${column.name} is no ${binning.kind}`);
}

/** The bin of one value. Null, undefined, NaN, "" and what is of another kind are missing. */
export function binOfValue(binning: Binning, value: InputValue | undefined): number {
  if (binning.kind === "category")
    return textBinner(binning)(typeof value === "string" ? value : "");
  const isNumber = typeof value === "number" || typeof value === "boolean";
  return binOfNumber(binning, isNumber ? Math.fround(Number(value)) : Number.NaN);
}

/** The bin of each string that has one of its own, as the graph sees strings; "" is missing. */
export function binsOfTexts(binning: CategoryBinning): ReadonlyMap<string, number> {
  const bins = new Map(binning.groups.flatMap((texts, bin) => texts.map((text) => [text, bin])));
  return bins.set("", missingBin(binning));
}

function textBinner(binning: CategoryBinning): (text: string) => number {
  const bins = binsOfTexts(binning);
  return (text) => bins.get(textInGraph(text) ?? "") ?? binning.otherBin;
}

function binOfNumber({ borders }: NumberBinning, value: number): number {
  if (Number.isNaN(value)) return borders.length + 1;
  let low = 0;
  let high = borders.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (borders[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
