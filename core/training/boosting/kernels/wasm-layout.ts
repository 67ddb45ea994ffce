import type { Frame } from "../../training-frame.ts";
import { STRIDE } from "../histogram.ts";
import type { KernelsInput } from "./boosting-rows.ts";
import { SLOPE_CONSTANTS } from "./slope-constants.ts";

/** Most parts that a range of rows is partitioned in. */
export const MOST_PARTS = 64;

/** Borders of a feature, 4 bytes each, filled up with infinity. */
export const BORDER_BYTES = 256 * 4;

/** Largest memory that WebAssembly addresses with 32 bits, in pages of 64 KiB. */
const MOST_PAGES = 65_536;
const PAGE_BYTES = 65_536;
const LINE_BYTES = 64;

/** Rows whose values are copied into the memory at once, to be put into bins. */
const STAGED_ROWS = 8192;
const STAGED_BYTES = 8 * 1024 * 1024;

/** Addresses of the arrays of a split. */
export interface RowsLayout {
  readonly count: number;
  /** For sums: a record a row, packed slopes and then a byte a feature. */
  readonly records: number;
  /** Bytes from one record to the next; 0 where nothing is summed: all are one, but each thread has its own. */
  readonly step: number;
  /** Bytes from a thread's record to the next thread's, where all rows have one. */
  readonly spread: number;
  /** For partitioning: the bytes of one feature after the other. */
  readonly columns: number;
  readonly order: number;
  /** One array a target, `scoreBytes` from each other. */
  readonly scores: number;
  readonly scoreBytes: number;
  readonly labels: number;
  /** Slopes as they are given, 8 bytes a row. */
  readonly gradients: number;
  readonly hessians: number;
}

export interface WasmLayout {
  readonly pages: number;
  readonly threads: number;
  /** Bytes of a row's packed slopes, and of a bin's packed sums. */
  readonly slopeBytes: 8 | 16;
  /** 256 bytes: 4, a place in the order, where a bin goes left; else 0. */
  readonly goesLeft: number;
  /** What the gradient pass gives for each block: two fractions, two sums of exponents. */
  readonly losses: number;
  /** Doubles of the gradient pass, each twice. */
  readonly constants: number;
  /** What a step of given gradients is worth, and one of hessians. */
  readonly units: number;
  /** Where the left rows of each part of a partition end. */
  readonly parts: number;
  /** A word a thread, a cache line each: whether it has added to its own histogram. */
  readonly used: number;
  /** Borders of numeric features; where each feature's table of categories lies, 0 for a numeric one. */
  readonly borders: number;
  readonly tables: number;
  readonly tableOf: readonly number[];
  /** Values on their way to bins: `stagedRows` of one feature after the other. */
  readonly staged: number;
  readonly stagedRows: number;
  /** Packed sums, of each thread its own; the last byte is never read. */
  readonly packed: number;
  readonly packedBytes: number;
  /** A histogram for each thread but the first, all 0 between two sums. */
  readonly ownHistograms: number;
  /** Row numbers on their way to the left and to the right. */
  readonly scratch: number;
  readonly spill: number;
  readonly histograms: number;
  readonly histogramBytes: number;
  readonly train: RowsLayout;
  readonly held: RowsLayout;
}

/**
 * Where everything lies in the kernels' memory.
 *
 * @returns `undefined` if it does not fit into 4 GiB
 */
export function wasmLayout(input: KernelsInput, threads: number): WasmLayout | undefined {
  const { train, validation, shape, histograms, targets, slopes } = input;
  const features = shape.starts.length;
  const isGiven = slopes === "given";
  const slopeBytes = isGiven ? 16 : 8;
  const recordBytes = Math.ceil((slopeBytes + features) / 4) * 4;
  // The first bytes stay free: 0 is no address.
  let used = LINE_BYTES;
  const take = (bytes: number): number => {
    const at = used;
    used += rounded(bytes);
    return at;
  };
  const rows = (count: number, isSummed: boolean): RowsLayout => {
    const spread = isSummed ? 0 : rounded(recordBytes);
    const given = isSummed && isGiven ? count * 8 : 0;
    // Two rows are read at once: one more than there are, if their number is odd.
    const scoreBytes = rounded((count + 1) * 8);
    return {
      ...{ count, spread, scoreBytes, step: isSummed ? recordBytes : 0 },
      records: take(isSummed ? (count + 1) * recordBytes : spread * threads),
      columns: take(count * features),
      order: take(count * 4),
      scores: take(scoreBytes * targets),
      labels: take(isGiven ? 0 : count + 1),
      gradients: take(given),
      hessians: take(given),
    };
  };
  const mostRows = Math.max(train.rows, validation.rows);
  const stagedRows = Math.min(STAGED_ROWS, Math.ceil(STAGED_BYTES / 4 / features));
  const packedBytes = rounded((shape.length / STRIDE) * slopeBytes + 1);
  const histogramBytes = rounded(shape.length * 8);
  const layout = {
    ...({ threads, slopeBytes, stagedRows, packedBytes, histogramBytes } as const),
    goesLeft: take(256),
    losses: take(Math.ceil(mostRows / 65_536) * 32),
    constants: take(SLOPE_CONSTANTS.length * 16),
    units: take(16),
    parts: take(MOST_PARTS * 4),
    used: take(threads * LINE_BYTES),
    borders: take(features * BORDER_BYTES),
    tables: take(features * 4),
    tableOf: tableBytes(train, validation).map((bytes) => (bytes === 0 ? 0 : take(bytes))),
    staged: take(stagedRows * features * 4),
    packed: take(packedBytes * threads),
    ownHistograms: take(histogramBytes * (threads - 1)),
    // Partitioning writes one place more than it fills.
    scratch: take((mostRows + 1) * 4),
    spill: take(threads > 1 ? (mostRows + 1) * 4 : 0),
    histograms: take(histogramBytes * histograms),
    train: rows(train.rows, true),
    held: rows(validation.rows, false),
  };
  const pages = Math.ceil(used / PAGE_BYTES);
  return pages <= MOST_PAGES ? { pages, ...layout } : undefined;
}

function rounded(bytes: number): number {
  return Math.ceil(bytes / LINE_BYTES) * LINE_BYTES;
}

/** Bytes of each column's table from codes to bins, 0 for a number's. */
function tableBytes(train: Frame, validation: Frame): number[] {
  return train.columns.map((column, feature) => {
    const other = validation.columns[feature];
    if (column.kind === "number" || other?.kind !== "category") return 0;
    return Math.max(column.dictionary.length, other.dictionary.length) + 1;
  });
}
