import { encodeModule, type WasmFunction, wasmFunction } from "../../../wasm/encode-module.ts";
import { copyMemory, f32, f64, i32, i64, loop, when } from "../../../wasm/instructions.ts";
import { type HistogramShape, STRIDE } from "../histogram.ts";
import { GRADIENT_STEPS, HESSIAN_STEPS } from "./slope-arithmetic.ts";
import { GRADIENT_SHIFT, HESSIAN_SHIFT } from "./wasm-fields.ts";
import { SLOPE_BYTES, type WasmLayout } from "./wasm-layout.ts";
import { fillSlopes } from "./wasm-slopes.ts";

/** Features that one function sums up; more code in a loop is not faster. */
const FEATURES_A_FUNCTION = 32;

/**
 * Rows whose records are read in a short loop before they are summed, so that the processor waits for
 * many at once. The value read is stored, or the loop might be left out.
 */
const TOUCHED_ROWS = 64;

/** The kernels for rows and histograms of one layout. */
export function wasmKernels(layout: WasmLayout, shape: HistogramShape): Uint8Array<ArrayBuffer> {
  const functions = [
    ...sumGroups(layout, shape),
    unpack(layout, shape),
    partition(layout),
    addToScores(),
    enumerate(),
    binNumbers(layout),
    fillSlopes(layout),
  ];
  return encodeModule(functions, layout.pages);
}

export function sumGroupCount({ starts }: HistogramShape): number {
  return Math.ceil(starts.length / FEATURES_A_FUNCTION);
}

/** Functions `sum0`, `sum1`, ...: each adds packed slopes of a range to the bins of some features. */
function sumGroups(layout: WasmLayout, shape: HistogramShape): WasmFunction[] {
  return Array.from({ length: sumGroupCount(shape) }, (_, group) => {
    const first = group * FEATURES_A_FUNCTION;
    const starts = shape.starts.slice(first, first + FEATURES_A_FUNCTION);
    const { records, step } = layout.train;
    return wasmFunction(
      `sum${group}`,
      { from: "i32", end: "i32" },
      { at: "i32", stop: "i32", record: "i32", bin: "i32", touched: "i32", slopes: "i64" },
      ({ from, end, at, stop, record, bin, touched, slopes }) => {
        const setRecord = record.set(i32.multiply(i32.load(0, at.get), i32.const(step)));
        return [
          loop(
            from,
            end.get,
            TOUCHED_ROWS * 4,
            stop.set(i32.add(from.get, i32.const(TOUCHED_ROWS * 4))),
            when(i32.lessThan(end.get, stop.get), stop.set(end.get)),
            at.set(from.get),
            loop(
              at,
              stop.get,
              4,
              setRecord,
              touched.set(i32.or(touched.get, i32.load8(records, record.get))),
              touched.set(i32.or(touched.get, i32.load8(records + step - 1, record.get))),
            ),
            at.set(from.get),
            loop(
              at,
              stop.get,
              4,
              setRecord,
              slopes.set(i64.load(records, record.get)),
              ...starts.map((start, i) => {
                const sums = layout.packed + (start / STRIDE) * 8;
                const binAt = records + SLOPE_BYTES + first + i;
                return [
                  ...bin.set(i32.shiftLeft(i32.load8(binAt, record.get), i32.const(3))),
                  ...i64.store(sums, bin.get, i64.add(i64.load(sums, bin.get), slopes.get)),
                ];
              }),
            ),
          ),
          i32.store8(layout.losses, i32.const(0), touched.get),
        ];
      },
    );
  });
}

/** `unpack(into)`: adds packed sums to a histogram and sets them to zero. */
function unpack({ packed }: WasmLayout, { length }: HistogramShape): WasmFunction {
  const bins = length / STRIDE;
  return wasmFunction(
    "unpack",
    { into: "i32" },
    { at: "i32", sums: "i64" },
    ({ into, at, sums }) => {
      const add = (offset: number, value: readonly number[]) =>
        f64.store(offset, into.get, f64.add(f64.load(offset, into.get), value));
      const gradient = f64.fromI64(i64.shiftRight(sums.get, i64.const(GRADIENT_SHIFT)));
      const hessian = f64.fromI64(
        i64.and(
          i64.shiftRight(sums.get, i64.const(HESSIAN_SHIFT)),
          i64.const(2 ** (GRADIENT_SHIFT - HESSIAN_SHIFT) - 1),
        ),
      );
      const rows = f64.fromI64(i64.and(sums.get, i64.const(2 ** HESSIAN_SHIFT - 1)));
      return [
        at.set(i32.const(packed)),
        loop(
          at,
          i32.const(packed + bins * 8),
          8,
          sums.set(i64.load(0, at.get)),
          when(
            i64.isNotZero(sums.get),
            add(0, f64.multiply(gradient, f64.const(1 / GRADIENT_STEPS))),
            add(8, f64.multiply(hessian, f64.const(1 / HESSIAN_STEPS))),
            add(16, rows),
            i64.store(0, at.get, i64.const(0)),
          ),
          into.set(i32.add(into.get, i32.const(STRIDE * 8))),
        ),
      ];
    },
  );
}

/** `partition(at, end, column)`: gives the address in the order where the right side begins. */
function partition({ goesLeft, scratch }: WasmLayout): WasmFunction {
  return wasmFunction(
    "partition",
    { at: "i32", end: "i32", column: "i32" },
    { left: "i32", right: "i32", row: "i32", leftBytes: "i32" },
    ({ at, end, column, left, right, row, leftBytes }) => [
      left.set(at.get),
      right.set(i32.const(scratch)),
      loop(
        at,
        end.get,
        4,
        row.set(i32.load(0, at.get)),
        leftBytes.set(i32.load8(goesLeft, i32.load8(0, i32.add(column.get, row.get)))),
        // Both sides are written and one advances: no branch for the processor to guess.
        i32.store(0, left.get, row.get),
        i32.store(0, right.get, row.get),
        left.set(i32.add(left.get, leftBytes.get)),
        right.set(i32.add(right.get, i32.subtract(i32.const(4), leftBytes.get))),
      ),
      copyMemory(left.get, i32.const(scratch), i32.subtract(right.get, i32.const(scratch))),
      left.get,
    ],
    "i32",
  );
}

/** `addToScores(at, end, scores, value)` */
function addToScores(): WasmFunction {
  return wasmFunction(
    "addToScores",
    { at: "i32", end: "i32", scores: "i32", value: "f64" },
    { score: "i32" },
    ({ at, end, scores, value, score }) => [
      loop(
        at,
        end.get,
        4,
        score.set(i32.add(scores.get, i32.shiftLeft(i32.load(0, at.get), i32.const(3)))),
        f64.store(0, score.get, f64.add(f64.load(0, score.get), value.get)),
      ),
    ],
  );
}

/** `enumerate(at, end)`: 0, 1, 2, ... from one address to another. */
function enumerate(): WasmFunction {
  return wasmFunction(
    "enumerate",
    { at: "i32", end: "i32" },
    { row: "i32" },
    ({ at, end, row }) => [
      loop(at, end.get, 4, i32.store(0, at.get, row.get), row.set(i32.add(row.get, i32.const(1)))),
    ],
  );
}

/**
 * `binNumbers(at, end, column, record, step)`: the bin of each float32 of a column, as `binOfNumber`
 * gives it, into the column of bytes and into the records. Eight steps without a branch.
 */
function binNumbers({ borders }: WasmLayout): WasmFunction {
  return wasmFunction(
    "binNumbers",
    { at: "i32", end: "i32", column: "i32", record: "i32", step: "i32" },
    { value: "f32", below: "i32", bin: "i32" },
    ({ at, end, column, record, step, value, below, bin }) => [
      loop(
        at,
        end.get,
        4,
        value.set(f32.load(0, at.get)),
        below.set(i32.const(0)),
        ...[7, 6, 5, 4, 3, 2, 1, 0].map((log) => {
          const border = f32.load(borders + (2 ** log - 1) * 4, below.get);
          const isAbove = f32.lessThan(border, value.get);
          return below.set(i32.add(below.get, i32.shiftLeft(isAbove, i32.const(log + 2))));
        }),
        // Four bytes a border, and 0 for NaN, which equals nothing.
        bin.set(
          i32.multiply(
            i32.add(i32.shiftRight(below.get, i32.const(2)), i32.const(1)),
            f32.equals(value.get, value.get),
          ),
        ),
        i32.store8(0, column.get, bin.get),
        i32.store8(0, record.get, bin.get),
        column.set(i32.add(column.get, i32.const(1))),
        record.set(i32.add(record.get, step.get)),
      ),
    ],
  );
}
