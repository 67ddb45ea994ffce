import type { HistogramShape } from "../histogram.ts";
import { STRIDE } from "../histogram.ts";

/** Bytes of a record before its bins: the packed slopes of its row. */
export const SLOPE_BYTES = 8;

/** Rows that are put into bins at once. */
export const BINNED_ROWS = 4096;

/** Largest memory that WebAssembly addresses with 32 bits, in pages of 64 KiB. */
const MOST_PAGES = 65_536;
const PAGE_BYTES = 65_536;

/** Addresses of the arrays of a split. */
export interface RowsLayout {
  readonly count: number;
  /** For sums: a record a row, packed slopes and then a byte a feature. */
  readonly records: number;
  /** Bytes from one record to the next; 0 where nothing is summed, and all are one. */
  readonly step: number;
  /** For partitioning: the bytes of one feature after the other. */
  readonly columns: number;
  readonly order: number;
  readonly scores: number;
  readonly labels: number;
}

export interface WasmLayout {
  readonly pages: number;
  /** 256 bytes: 4, a place in the order, where a bin goes left; else 0. */
  readonly goesLeft: number;
  /** What the gradient pass returns: two fractions, two sums of exponents. */
  readonly losses: number;
  /** Borders of a feature, filled up with infinity. */
  readonly borders: number;
  /** Packed sums, 8 bytes a bin. */
  readonly packed: number;
  /** Row numbers on their way to the right, numbers on their way to bins. */
  readonly scratch: number;
  readonly histograms: number;
  readonly train: RowsLayout;
  readonly held: RowsLayout;
}

/**
 * Where everything lies in the kernels' memory.
 *
 * @param histograms how many may be in use at once
 * @returns `undefined` if it does not fit into 4 GiB
 */
export function wasmLayout(
  shape: HistogramShape,
  trainRows: number,
  heldRows: number,
  histograms: number,
): WasmLayout | undefined {
  const recordBytes = Math.ceil((SLOPE_BYTES + shape.starts.length) / 4) * 4;
  let used = 0;
  const take = (bytes: number): number => {
    const at = used;
    used += Math.ceil(bytes / 64) * 64;
    return at;
  };
  // Two rows are read at once: one more than there are, if their number is odd.
  const rows = (count: number, step: number): RowsLayout => ({
    count,
    step,
    records: take(count * step + recordBytes),
    columns: take(count * shape.starts.length),
    order: take(count * 4),
    scores: take((count + 1) * 8),
    labels: take(count + 1),
  });
  const layout = {
    goesLeft: take(256),
    losses: take(32),
    borders: take(256 * 4),
    packed: take((shape.length / STRIDE) * 8),
    // Partitioning writes one place more than it fills.
    scratch: take((Math.max(trainRows, heldRows, BINNED_ROWS) + 1) * 4),
    histograms: take(shape.length * 8 * histograms),
    train: rows(trainRows, recordBytes),
    held: rows(heldRows, 0),
  };
  const pages = Math.ceil(used / PAGE_BYTES);
  return pages <= MOST_PAGES ? { pages, ...layout } : undefined;
}
