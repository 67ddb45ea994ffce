import { type WasmFunction, wasmFunction } from "../../../wasm/encode-module.ts";
import { call, f32, i32, type Local, loop, when } from "../../../wasm/instructions.ts";
import { BORDER_BYTES, type RowsLayout, type WasmLayout } from "./wasm-layout.ts";

/** @param firstIndex place of the first of these functions in the module */
export function binFunctions(
  layout: WasmLayout,
  features: number,
  firstIndex: number,
): WasmFunction[] {
  return [
    binNumbers(),
    binCodes(),
    binRows("binTrain", layout, layout.train, features, firstIndex),
    binRows("binHeld", layout, layout.held, features, firstIndex),
  ];
}

/**
 * `binNumbers(at, end, column, record, step, borders)`: the bin of each float32 of a column, as
 * `binOfNumber` gives it, into the column of bytes and into the records. Eight steps without a branch.
 */
function binNumbers(): WasmFunction {
  return putting("binNumbers", ({ at, value, below, bin, table }) => [
    ...value.set(f32.load(0, at.get)),
    ...below.set(table.get),
    ...[7, 6, 5, 4, 3, 2, 1, 0].flatMap((log) => {
      const border = f32.load((2 ** log - 1) * 4, below.get);
      const isAbove = f32.lessThan(border, value.get);
      return below.set(i32.add(below.get, i32.shiftLeft(isAbove, i32.const(log + 2))));
    }),
    // Four bytes a border, and 0 for NaN, which equals nothing.
    ...bin.set(
      i32.multiply(
        i32.add(i32.shiftRight(i32.subtract(below.get, table.get), i32.const(2)), i32.const(1)),
        f32.equals(value.get, value.get),
      ),
    ),
  ]);
}

/** `binCodes(at, end, column, record, step, table)`: the same for codes of categories, by a table of bytes. */
function binCodes(): WasmFunction {
  return putting("binCodes", ({ at, bin, table }) =>
    // The code -1 has the table's first byte.
    bin.set(i32.load8(1, i32.add(table.get, i32.load(0, at.get)))),
  );
}

function putting(
  name: string,
  setBin: (
    locals: Readonly<Record<"at" | "value" | "below" | "bin" | "table", Local>>,
  ) => readonly number[],
): WasmFunction {
  return wasmFunction(
    name,
    { at: "i32", end: "i32", column: "i32", record: "i32", step: "i32", table: "i32" },
    { value: "f32", below: "i32", bin: "i32" },
    (locals) => {
      const { at, end, column, record, step, bin } = locals;
      return [
        loop(
          at,
          end.get,
          4,
          setBin(locals),
          i32.store8(0, column.get, bin.get),
          i32.store8(0, record.get, bin.get),
          column.set(i32.add(column.get, i32.const(1))),
          record.set(i32.add(record.get, step.get)),
        ),
      ];
    },
  );
}

/**
 * `binTrain(thread, from, end, row)` and `binHeld`: all bins of the rows whose values lie in the staged
 * columns from byte `from` to `end`; `row` is the first one's number.
 */
function binRows(
  name: string,
  { staged, stagedRows, borders, tables, slopeBytes }: WasmLayout,
  { columns, records, step, spread, count }: RowsLayout,
  features: number,
  numbersIndex: number,
): WasmFunction {
  return wasmFunction(
    name,
    { thread: "i32", from: "i32", end: "i32", row: "i32" },
    { feature: "i32", shift: "i32", table: "i32", column: "i32", record: "i32", bordersAt: "i32" },
    (locals) => {
      const { thread, from, end, row, feature, shift, table, column, record, bordersAt } = locals;
      const put = (index: number, tableAt: Local) =>
        call(
          index,
          i32.add(from.get, shift.get),
          i32.add(end.get, shift.get),
          column.get,
          record.get,
          i32.const(step),
          tableAt.get,
        );
      return [
        shift.set(i32.const(staged)),
        bordersAt.set(i32.const(borders)),
        column.set(i32.add(row.get, i32.const(columns))),
        record.set(
          i32.add(
            i32.const(records + slopeBytes),
            i32.add(
              i32.multiply(row.get, i32.const(step)),
              i32.multiply(thread.get, i32.const(spread)),
            ),
          ),
        ),
        loop(
          feature,
          i32.const(features * 4),
          4,
          table.set(i32.load(tables, feature.get)),
          when(table.get, put(numbersIndex + 1, table)),
          when(i32.equalsZero(table.get), put(numbersIndex, bordersAt)),
          shift.set(i32.add(shift.get, i32.const(stagedRows * 4))),
          bordersAt.set(i32.add(bordersAt.get, i32.const(BORDER_BYTES))),
          column.set(i32.add(column.get, i32.const(count))),
          record.set(i32.add(record.get, i32.const(1))),
        ),
      ];
    },
  );
}
