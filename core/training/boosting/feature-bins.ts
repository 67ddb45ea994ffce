import { distinctTexts, knownCodes } from "../categories.ts";
import type { FrameColumn } from "../training-frame.ts";
import { binOfNumber, findBorders } from "./number-bins.ts";

export interface NumberBins {
  readonly kind: "number";
  readonly name: string;
  /** All bins, the missing one counted: at most 256. */
  readonly binCount: number;
  /** Bin b > 0 holds `borders[b - 2] < value <= borders[b - 1]`. */
  readonly borders: Float32Array;
}

export interface CategoryBins {
  readonly kind: "category";
  readonly name: string;
  readonly binCount: number;
  /** Bin of each string of the training split; rare ones share the last bin. */
  readonly binOf: ReadonlyMap<string, number>;
}

/** How the values of a feature fall into bins. Bin 0 is of missing numbers, and of missing and unknown strings. */
export type FeatureBins = NumberBins | CategoryBins;

/** @param maxBins most bins, the missing one not counted, 2..255 */
export function findBins(column: FrameColumn, maxBins: number): FeatureBins {
  const { name } = column;
  if (column.kind === "number") {
    const borders = findBorders(column.values, maxBins);
    return { kind: "number", name, binCount: borders.length + 2, borders };
  }
  const texts = distinctTexts(column);
  const binOf = new Map(texts.map((text, rank) => [text, Math.min(rank + 1, maxBins)]));
  return { kind: "category", name, binCount: Math.min(texts.length, maxBins) + 1, binOf };
}

/** Calls `put` with the bin of each row, in order. The column must be of the kind of the bins. */
export function eachBin(
  column: FrameColumn,
  bins: FeatureBins,
  put: (row: number, bin: number) => void,
): void {
  if (column.kind === "number" && bins.kind === "number") {
    const { values } = column;
    for (let row = 0; row < values.length; row++) {
      put(row, binOfNumber(bins.borders, values[row] as number));
    }
  } else if (column.kind === "category" && bins.kind === "category") {
    const known = knownCodes(column.dictionary, bins.binOf);
    const { codes } = column;
    for (let row = 0; row < codes.length; row++) {
      put(row, known[(codes[row] as number) + 1] as number);
    }
  } else throw new Error(`column ${column.name} is no ${bins.kind}`);
}
