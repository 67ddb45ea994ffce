import { ONE_THREAD, type WasmProgram, type WasmThreads } from "../../../wasm/wasm-threads.ts";
import { byteLabels, type LabelledFrame } from "../../training-frame.ts";
import { maskOf, type Split, type Tree } from "../tree.ts";
import {
  type BoostingKernels,
  type BoostingRows,
  type KernelsInput,
  PACKED_ROWS,
  SLOPE_BLOCK_ROWS,
} from "./boosting-rows.ts";
import { putBins } from "./put-bins.ts";
import { lossOf } from "./slope-arithmetic.ts";
import { SLOPE_CONSTANTS } from "./slope-constants.ts";
import { GIVEN_PACKED_ROWS } from "./wasm-fields.ts";
import { wasmKernels } from "./wasm-functions.ts";
import { MOST_PARTS, type RowsLayout, type WasmLayout, wasmLayout } from "./wasm-layout.ts";

/** Log-odds of the row that makes an odd number even: it adds nothing to the loss. */
const CERTAIN = -1e9;

/** Fewer rows are not worth the threads' talk, 5 microseconds a run. */
const LEAST_PART_ROWS = 4096;

interface Machine {
  readonly program: WasmProgram;
  readonly layout: WasmLayout;
}

/**
 * Kernels in WebAssembly, on rows as records in memory of their own. The results do not depend on the
 * number of threads: what they sum are whole numbers.
 *
 * @returns `undefined` where the rows need more than 4 GiB
 */
export function wasmRows(
  input: KernelsInput,
  threads: WasmThreads = ONE_THREAD,
): BoostingKernels | undefined {
  const layout = wasmLayout(input, threads.count);
  if (!layout) return undefined;
  const { bins, shape } = input;
  const machine = { layout, program: threads.load(wasmKernels(layout, shape), layout.pages) };
  const { buffer, call } = machine.program;
  putBins(machine, "train", input.train, bins);
  putBins(machine, "held", input.validation, bins);
  const constants = new Float64Array(buffer, layout.constants, SLOPE_CONSTANTS.length * 2);
  SLOPE_CONSTANTS.forEach((value, i) => {
    constants.fill(value, 2 * i, 2 * i + 2);
  });
  let allocated = 0;
  return {
    train: rowsOf(machine, layout.train, input.train, input.targets),
    held: rowsOf(machine, layout.held, input.validation, input.targets),
    allocate: () => {
      const at = layout.histograms + allocated++ * layout.histogramBytes;
      return new Float64Array(buffer, at, shape.length);
    },
    end: () => {},
    subtract(parent, child) {
      call.subtractHistogram?.(parent.byteOffset, child.byteOffset);
    },
  };
}

function rowsOf(
  machine: Machine,
  at: RowsLayout,
  frame: LabelledFrame,
  targets: number,
): BoostingRows {
  const { program, layout } = machine;
  const { buffer, call } = program;
  const { count, step, spread } = at;
  const isGiven = layout.slopeBytes === 16;
  const scores = Array.from(
    { length: targets },
    (_, target) => new Float64Array(buffer, at.scores + target * at.scoreBytes, count + 1),
  );
  if (!isGiven) {
    (scores[0] as Float64Array)[count] = CERTAIN;
    new Uint8Array(buffer, at.labels, count).set(byteLabels(frame.labels));
  }
  const given = isGiven && step > 0 ? count : 0;
  const blocks = parts(count, SLOPE_BLOCK_ROWS);
  const fractions = new Float64Array(buffer, layout.losses, 4 * blocks.length);
  const exponents = new BigUint64Array(buffer, layout.losses, 4 * blocks.length);
  const placeOf = (place: number) => at.order + place * 4;

  return {
    count,
    order: new Uint32Array(buffer, at.order, count),
    scores,
    gradients: new Float64Array(buffer, at.gradients, given),
    hessians: new Float64Array(buffer, at.hessians, given),
    setSlopes(gradientSteps, hessianSteps) {
      new Float64Array(buffer, layout.units, 2).set([1 / gradientSteps, 1 / hessianSteps]);
      const calls = blocks.map(({ begin, end }) => [
        at.gradients + begin * 8,
        at.gradients + end * 8,
        at.hessians + begin * 8,
        at.records + begin * step,
        gradientSteps,
        hessianSteps,
      ]);
      program.run("setSlopes", calls);
    },
    fillSlopes() {
      const calls = blocks.map(({ begin, end }, block) => [
        at.scores + begin * 8,
        at.scores + (begin + evened(end - begin)) * 8,
        at.labels + begin,
        at.records + begin * step,
        step,
        spread,
        layout.losses + block * 32,
      ]);
      program.run("fillSlopes", calls);
      let sum = 0;
      blocks.forEach(({ begin, end }, block) => {
        const loss = (lane: number) =>
          lossOf(
            fractions[block * 4 + lane] as number,
            Number(exponents[block * 4 + 2 + lane]),
            evened(end - begin) / 2,
          );
        sum += loss(0) + loss(1);
      });
      return sum / count;
    },
    enumerate() {
      const calls = blocks.map(({ begin, end }) => [placeOf(begin), placeOf(end), begin]);
      program.run("enumerate", calls);
    },
    sumUp: (begin, end, into) => sumUp(machine, placeOf(begin), end - begin, into),
    partition(begin, end, feature, goesLeft) {
      const leftBytes = new Uint8Array(buffer, layout.goesLeft, 256);
      for (let bin = 0; bin < 256; bin++) {
        leftBytes[bin] = (((goesLeft[bin >>> 5] as number) >>> (bin & 31)) & 1) * 4;
      }
      const column = at.columns + feature * count;
      const isSmall = layout.threads === 1 || end - begin < 2 * LEAST_PART_ROWS;
      const middle = isSmall
        ? (call.partition?.(placeOf(begin), placeOf(end), column) as number) >>> 0
        : partitionInParts(machine, at.order, begin, end, column);
      return (middle - at.order) / 4;
    },
    addLeaves(begins, ends, values, target) {
      const calls = begins.flatMap((begin, leaf) =>
        parts((ends[leaf] as number) - begin, SLOPE_BLOCK_ROWS).map((part) => [
          placeOf(begin + part.begin),
          placeOf(begin + part.end),
          at.scores + target * at.scoreBytes,
          values[leaf] as number,
        ]),
      );
      program.run("addToScores", calls);
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

/** Adds the rows of `count` places of the order to a histogram of zeros. */
function sumUp(
  { program, layout }: Machine,
  from: number,
  count: number,
  into: Float64Array,
): void {
  const { threads, used, ownHistograms, histogramBytes } = layout;
  const { buffer, call, run } = program;
  const packedRows = layout.slopeBytes === 8 ? PACKED_ROWS : GIVEN_PACKED_ROWS;
  call.clear?.(into.byteOffset);
  const rows = Math.min(packedRows, Math.max(LEAST_PART_ROWS / 2, Math.ceil(count / threads)));
  const calls = parts(count, rows).map(({ begin, end }) => [
    from + begin * 4,
    from + end * 4,
    into.byteOffset,
  ]);
  if (calls.length === 1 || threads === 1) {
    for (const values of calls) call.sumUp?.(0, ...values);
    return;
  }
  run("sumUp", calls);
  const words = new Int32Array(buffer, used, threads * 16);
  for (let thread = 1; thread < threads; thread++) {
    if (words[thread * 16] === 0) continue;
    words[thread * 16] = 0;
    const own = ownHistograms + (thread - 1) * histogramBytes;
    call.addHistogram?.(into.byteOffset, own);
    call.clear?.(own);
  }
}

/** Each part of a range is divided on its own; then the parts' sides are put together. */
function partitionInParts(
  { program, layout }: Machine,
  order: number,
  begin: number,
  end: number,
  column: number,
): number {
  const { scratch, spill, parts: results } = layout;
  const rows = Math.max(LEAST_PART_ROWS, Math.ceil((end - begin) / MOST_PARTS));
  const pieces = parts(end - begin, rows);
  const offsetOf = (part: { begin: number }) => (begin + part.begin) * 4;
  program.run(
    "partitionPart",
    pieces.map((part, i) => [
      order + offsetOf(part),
      order + (begin + part.end) * 4,
      column,
      scratch + offsetOf(part),
      spill + offsetOf(part),
      results + i * 4,
    ]),
  );
  const ends = new Uint32Array(program.buffer, results, pieces.length);
  const lefts = pieces.map((part, i) => (ends[i] as number) - scratch - offsetOf(part));
  let left = order + begin * 4;
  const middle = left + lefts.reduce((sum, bytes) => sum + bytes, 0);
  let right = middle;
  const calls = pieces.flatMap((part, i) => {
    const leftBytes = lefts[i] as number;
    const rightBytes = (part.end - part.begin) * 4 - leftBytes;
    const toLeft = [left, scratch + offsetOf(part), leftBytes];
    const toRight = [right, spill + offsetOf(part), rightBytes];
    left += leftBytes;
    right += rightBytes;
    return [toLeft, toRight];
  });
  program.run("copy", calls);
  return middle;
}

/** The numbers 0..count - 1 in pieces of one size; the last may be smaller. */
function parts(count: number, size: number): { readonly begin: number; readonly end: number }[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
    begin: i * size,
    end: Math.min(count, (i + 1) * size),
  }));
}

function evened(count: number): number {
  return count + (count & 1);
}
