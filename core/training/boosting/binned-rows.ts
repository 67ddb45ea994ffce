import type { Frame } from "../training-frame.ts";
import { eachBin, type FeatureBins } from "./feature-bins.ts";

/**
 * The bins of a frame, four features of a row in one 32-bit word, so that a histogram kernel takes
 * one load for four features. Feature f of row r is byte `f % 4` of word `floor(f / 4) * rows + r`.
 */
export interface BinnedRows {
  readonly rows: number;
  readonly words: Uint32Array;
}

export function binRows(frame: Frame, bins: readonly FeatureBins[]): BinnedRows {
  const { rows, columns } = frame;
  const words = new Uint32Array(Math.ceil(columns.length / 4) * rows);
  columns.forEach((column, feature) => {
    const { base, shift } = placeOf(feature, rows);
    eachBin(column, bins[feature] as FeatureBins, (row, bin) => {
      words[base + row] = (words[base + row] as number) | (bin << shift);
    });
  });
  return { rows, words };
}

/** Where a feature lies: the bin of row r is `(words[base + r] >>> shift) & 255`. */
export function placeOf(feature: number, rows: number) {
  return { base: (feature >>> 2) * rows, shift: (feature & 3) << 3 };
}
