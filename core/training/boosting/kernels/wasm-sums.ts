import { type WasmFunction, wasmFunction } from "../../../wasm/encode-module.ts";
import {
  type Code,
  call,
  f64,
  fillMemory,
  i32,
  i64,
  type Local,
  loop,
  v128,
  when,
} from "../../../wasm/instructions.ts";
import { type HistogramShape, STRIDE } from "../histogram.ts";
import { GRADIENT_STEPS, HESSIAN_STEPS } from "./slope-arithmetic.ts";
import { GIVEN_HESSIAN_SHIFT, GRADIENT_SHIFT, HESSIAN_SHIFT } from "./wasm-fields.ts";
import type { WasmLayout } from "./wasm-layout.ts";

/** Features that one function sums up; more code in a loop is not faster. */
const FEATURES_A_FUNCTION = 32;

/**
 * Rows whose records are read in a short loop before they are summed, so that the processor waits for
 * many at once. The value read is stored, or the loop might be left out.
 */
const TOUCHED_ROWS = 64;

/** How slopes of 8 and of 16 bytes are added up. */
const NARROW = { type: "i64", load: i64.load, add: i64.add, store: i64.store, log: 3 } as const;
const WIDE = {
  type: "v128",
  load: v128.load,
  add: v128.addI64,
  store: v128.store,
  log: 4,
} as const;

/** @param firstIndex place of the first of these functions in the module */
export function sumFunctions(
  layout: WasmLayout,
  shape: HistogramShape,
  firstIndex: number,
): WasmFunction[] {
  const groups = sumGroups(layout, shape);
  const unpackIndex = firstIndex + groups.length;
  const groupIndexes = groups.map((_, group) => firstIndex + group);
  return [
    ...groups,
    unpack(layout, shape),
    sumUp(layout, groupIndexes, unpackIndex),
    clear(layout),
    combine("addHistogram", v128.addF64, layout),
    combine("subtractHistogram", v128.subtractF64, layout),
  ];
}

/** Functions `sum0`, `sum1`, ...: each adds packed slopes of a range to the bins of some features. */
function sumGroups(layout: WasmLayout, shape: HistogramShape): WasmFunction[] {
  const count = Math.ceil(shape.starts.length / FEATURES_A_FUNCTION);
  return Array.from({ length: count }, (_, group) => {
    const first = group * FEATURES_A_FUNCTION;
    const starts = shape.starts.slice(first, first + FEATURES_A_FUNCTION);
    const { records, step } = layout.train;
    const { type, load, add, store, log } = layout.slopeBytes === 8 ? NARROW : WIDE;
    return wasmFunction(
      `sum${group}`,
      { from: "i32", end: "i32", packed: "i32" },
      { at: "i32", stop: "i32", record: "i32", bin: "i32", touched: "i32", slopes: type },
      ({ from, end, packed, at, stop, record, bin, touched, slopes }) => {
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
              slopes.set(load(records, record.get)),
              ...starts.map((start, i) => {
                const sums = (start / STRIDE) * layout.slopeBytes;
                const binAt = records + layout.slopeBytes + first + i;
                return [
                  ...bin.set(
                    i32.add(
                      packed.get,
                      i32.shiftLeft(i32.load8(binAt, record.get), i32.const(log)),
                    ),
                  ),
                  ...store(sums, bin.get, add(load(sums, bin.get), slopes.get)),
                ];
              }),
            ),
          ),
          i32.store8(layout.packedBytes - 1, packed.get, touched.get),
        ];
      },
    );
  });
}

/** `unpack(packed, into)`: adds packed sums to a histogram and sets them to zero. */
function unpack(layout: WasmLayout, { length }: HistogramShape): WasmFunction {
  const { slopeBytes } = layout;
  return wasmFunction(
    "unpack",
    { at: "i32", into: "i32" },
    { end: "i32", sums: "i64", other: "i64" },
    ({ at, into, end, sums, other }) => {
      const add = (offset: number, value: Code) =>
        f64.store(offset, into.get, f64.add(f64.load(offset, into.get), value));
      const fields = slopeBytes === 8 ? narrowFields(sums.get) : givenFields(layout, sums, other);
      return [
        end.set(i32.add(at.get, i32.const((length / STRIDE) * slopeBytes))),
        loop(
          at,
          end.get,
          slopeBytes,
          sums.set(i64.load(0, at.get)),
          other.set(i64.load(slopeBytes - 8, at.get)),
          // Rows are counted in what was loaded last.
          when(
            i64.isNotZero(other.get),
            add(0, fields.gradient),
            add(8, fields.hessian),
            add(16, fields.rows),
            i64.store(0, at.get, i64.const(0)),
            i64.store(slopeBytes - 8, at.get, i64.const(0)),
          ),
          into.set(i32.add(into.get, i32.const(STRIDE * 8))),
        ),
      ];
    },
  );
}

function narrowFields(sums: Code) {
  const low = (code: Code, bits: number) => f64.fromI64(i64.and(code, i64.const(2 ** bits - 1)));
  const gradient = f64.fromI64(i64.shiftRight(sums, i64.const(GRADIENT_SHIFT)));
  const hessian = low(
    i64.shiftRight(sums, i64.const(HESSIAN_SHIFT)),
    GRADIENT_SHIFT - HESSIAN_SHIFT,
  );
  return {
    gradient: f64.multiply(gradient, f64.const(1 / GRADIENT_STEPS)),
    hessian: f64.multiply(hessian, f64.const(1 / HESSIAN_STEPS)),
    rows: low(sums, HESSIAN_SHIFT),
  };
}

function givenFields({ units }: WasmLayout, gradients: Local, others: Local) {
  const unit = (offset: number) => f64.load(units + offset, i32.const(0));
  const hessian = i64.shiftRight(others.get, i64.const(GIVEN_HESSIAN_SHIFT));
  const rows = i64.and(others.get, i64.const(2 ** GIVEN_HESSIAN_SHIFT - 1));
  return {
    gradient: f64.multiply(f64.fromI64(gradients.get), unit(0)),
    hessian: f64.multiply(f64.fromI64(hessian), unit(8)),
    rows: f64.fromI64(rows),
  };
}

/**
 * `sumUp(thread, from, end, into)`: adds the rows of a range of the order to a histogram; a thread that is
 * not the first one, to its own. At most `PACKED_ROWS` rows.
 */
function sumUp(
  { packed, packedBytes, ownHistograms, histogramBytes, used }: WasmLayout,
  groups: readonly number[],
  unpackIndex: number,
): WasmFunction {
  return wasmFunction(
    "sumUp",
    { thread: "i32", from: "i32", end: "i32", into: "i32" },
    { own: "i32" },
    ({ thread, from, end, into, own }) => [
      own.set(i32.add(i32.const(packed), i32.multiply(thread.get, i32.const(packedBytes)))),
      ...groups.map((group) => call(group, from.get, end.get, own.get)),
      when(
        thread.get,
        into.set(
          i32.add(
            i32.const(ownHistograms - histogramBytes),
            i32.multiply(thread.get, i32.const(histogramBytes)),
          ),
        ),
        i32.store(used, i32.shiftLeft(thread.get, i32.const(6)), i32.const(1)),
      ),
      call(unpackIndex, own.get, into.get),
    ],
  );
}

/** `clear(at)`: a histogram of zeros. */
function clear({ histogramBytes }: WasmLayout): WasmFunction {
  return wasmFunction("clear", { at: "i32" }, {}, ({ at }) => [
    fillMemory(at.get, i32.const(0), i32.const(histogramBytes)),
  ]);
}

/** `name(into, other)`: two histograms together, in the first one. */
function combine(
  name: string,
  operation: (...values: readonly Code[]) => Code,
  { histogramBytes }: WasmLayout,
): WasmFunction {
  return wasmFunction(
    name,
    { into: "i32", other: "i32" },
    { end: "i32" },
    ({ into, other, end }) => [
      end.set(i32.add(into.get, i32.const(histogramBytes))),
      loop(
        into,
        end.get,
        16,
        v128.store(0, into.get, operation(v128.load(0, into.get), v128.load(0, other.get))),
        other.set(i32.add(other.get, i32.const(16))),
      ),
    ],
  );
}
