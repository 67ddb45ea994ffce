import type { LabelledFrame } from "../../training-frame.ts";
import { eachBin, type FeatureBins } from "../feature-bins.ts";
import { type HistogramShape, subtractHistogram } from "../histogram.ts";
import { maskOf, type Split, type Tree } from "../tree.ts";
import {
  type BoostingKernels,
  type BoostingRows,
  type KernelsInput,
  PACKED_ROWS,
  SLOPE_BLOCK_ROWS,
} from "./boosting-rows.ts";
import { lossOf } from "./slope-arithmetic.ts";
import { sumGroupCount, wasmKernels } from "./wasm-functions.ts";
import {
  BINNED_ROWS,
  type RowsLayout,
  SLOPE_BYTES,
  type WasmLayout,
  wasmLayout,
} from "./wasm-layout.ts";

/** Log-odds of the row that makes an odd number even: it adds nothing to the loss. */
const CERTAIN = -1e9;

type Kernel = (...values: readonly number[]) => number;
type KernelName = "unpack" | "partition" | "addToScores" | "enumerate" | "fillSlopes";

interface Machine {
  readonly memory: WebAssembly.Memory;
  readonly layout: WasmLayout;
  readonly run: Readonly<Record<string, Kernel>>;
  readonly sums: readonly Kernel[];
}

/**
 * Kernels in WebAssembly, on rows as records in memory of their own.
 *
 * @returns `undefined` where the rows need more than 4 GiB, or slopes are given
 */
export function wasmRows(input: KernelsInput): BoostingKernels | undefined {
  if (input.slopes === "given") return undefined;
  const { train, validation, bins, shape, histograms } = input;
  const layout = wasmLayout(shape, train.rows, validation.rows, histograms);
  if (!layout) return undefined;
  const machine = start(layout, shape);
  let allocated = 0;
  return {
    subtract: subtractHistogram,
    train: rowsOf(machine, layout.train, train, bins),
    held: rowsOf(machine, layout.held, validation, bins),
    allocate: () => {
      const at = layout.histograms + allocated++ * shape.length * 8;
      return new Float64Array(machine.memory.buffer, at, shape.length);
    },
  };
}

function start(layout: WasmLayout, shape: HistogramShape): Machine {
  const memory = new WebAssembly.Memory({ initial: layout.pages, maximum: layout.pages });
  const module = new WebAssembly.Module(wasmKernels(layout, shape));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const run = exports as Record<string, Kernel>;
  const sums = Array.from(
    { length: sumGroupCount(shape) },
    (_, group) => run[`sum${group}`] as Kernel,
  );
  return { memory, layout, run, sums };
}

function rowsOf(
  machine: Machine,
  at: RowsLayout,
  frame: LabelledFrame,
  bins: readonly FeatureBins[],
): BoostingRows {
  const { layout, run, sums } = machine;
  const { buffer } = machine.memory;
  const { count, step } = at;
  const call = run as Record<KernelName, Kernel>;
  const scores = new Float64Array(buffer, at.scores, count + 1);
  scores[count] = CERTAIN;
  new Uint8Array(buffer, at.labels, count).set(frame.labels);
  putBins(machine, at, frame, bins);
  const leftBytes = new Uint8Array(buffer, layout.goesLeft, 256);
  const fractions = new Float64Array(buffer, layout.losses, 2);
  const exponents = new BigUint64Array(buffer, layout.losses + 16, 2);
  const placeOf = (place: number) => at.order + place * 4;

  return {
    count,
    order: new Uint32Array(buffer, at.order, count),
    scores: [scores],
    gradients: new Float64Array(),
    hessians: new Float64Array(),
    setSlopes: () => {},
    fillSlopes() {
      let sum = 0;
      for (let begin = 0; begin < count; begin += SLOPE_BLOCK_ROWS) {
        const pairs = Math.ceil((Math.min(count, begin + SLOPE_BLOCK_ROWS) - begin) / 2);
        call.fillSlopes(
          at.scores + begin * 8,
          at.scores + (begin + 2 * pairs) * 8,
          at.labels + begin,
          at.records + begin * step,
          step,
        );
        const loss = (lane: number) =>
          lossOf(fractions[lane] as number, Number(exponents[lane]), pairs);
        sum += loss(0) + loss(1);
      }
      return sum / count;
    },
    enumerate: () => void call.enumerate(placeOf(0), placeOf(count)),
    sumUp(begin, end, into) {
      into.fill(0);
      for (let from = begin; from < end; from += PACKED_ROWS) {
        const to = Math.min(end, from + PACKED_ROWS);
        for (const sum of sums) sum(placeOf(from), placeOf(to));
        call.unpack(into.byteOffset);
      }
    },
    partition(begin, end, feature, goesLeft) {
      for (let bin = 0; bin < 256; bin++) {
        leftBytes[bin] = (((goesLeft[bin >>> 5] as number) >>> (bin & 31)) & 1) * 4;
      }
      const column = at.columns + feature * count;
      return (call.partition(placeOf(begin), placeOf(end), column) - at.order) / 4;
    },
    addLeaves(begins, ends, values) {
      values.forEach((value, leaf) => {
        call.addToScores(
          placeOf(begins[leaf] as number),
          placeOf(ends[leaf] as number),
          at.scores,
          value,
        );
      });
    },
    addTree(tree, target) {
      applyTree(tree, this, target);
    },
  };
}

/** Adds the tree's value for each row to its score, by ordering the rows as growing does. */
function applyTree(tree: Tree, rows: BoostingRows, target: number): void {
  rows.enumerate();
  const add = (child: number, begin: number, end: number): void => {
    if (begin === end) return;
    if (child < 0) {
      rows.addLeaves([begin], [end], tree.leafValues.subarray(~child, ~child + 1), target);
      return;
    }
    const { feature } = tree.splits[child] as Split;
    const middle = rows.partition(begin, end, feature, maskOf(tree, child));
    add(tree.left[child] as number, begin, middle);
    add(tree.right[child] as number, middle, end);
  };
  add(0, 0, rows.count);
}

/** Bins of all columns, a block of rows after the other while its records are in the cache. */
function putBins(
  { memory: { buffer }, layout, run }: Machine,
  { columns, records, step, count }: RowsLayout,
  frame: LabelledFrame,
  bins: readonly FeatureBins[],
): void {
  const binNumbers = run.binNumbers as Kernel;
  const borders = new Float32Array(buffer, layout.borders, 256);
  const values = new Float32Array(buffer, layout.scratch, BINNED_ROWS);
  const bytes = new Uint8Array(buffer);
  frame.columns.forEach((column, feature) => {
    const one = bins[feature] as FeatureBins;
    if (column.kind === "number" && one.kind === "number") return;
    eachBin(column, one, (row, bin) => {
      bytes[columns + feature * count + row] = bin;
      bytes[records + SLOPE_BYTES + feature + row * step] = bin;
    });
  });
  for (let begin = 0; begin < count; begin += BINNED_ROWS) {
    const end = Math.min(count, begin + BINNED_ROWS);
    frame.columns.forEach((column, feature) => {
      const one = bins[feature] as FeatureBins;
      if (column.kind !== "number" || one.kind !== "number") return;
      borders.fill(Number.POSITIVE_INFINITY).set(one.borders);
      values.set(column.values.subarray(begin, end));
      const at = layout.scratch;
      const record = records + SLOPE_BYTES + feature + begin * step;
      binNumbers(at, at + (end - begin) * 4, columns + feature * count + begin, record, step);
    });
  }
}
