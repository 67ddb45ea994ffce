import { type WasmFunction, wasmFunction } from "../../../wasm/encode-module.ts";
import { call, copyMemory, f64, i32, loop } from "../../../wasm/instructions.ts";
import type { WasmLayout } from "./wasm-layout.ts";

/** @param firstIndex place of the first of these functions in the module */
export function orderFunctions(layout: WasmLayout, firstIndex: number): WasmFunction[] {
  return [
    divide(layout),
    partition(layout, firstIndex),
    partitionPart(firstIndex),
    copy(),
    addToScores(),
    enumerate(),
  ];
}

/**
 * `divide(at, end, column, left, right)`: row numbers of a range of the order to the left and to the
 * right, each side in its old order; gives the address where the left ones end. Writes one place more
 * than it fills.
 */
function divide({ goesLeft }: WasmLayout): WasmFunction {
  return wasmFunction(
    "divide",
    { at: "i32", end: "i32", column: "i32", left: "i32", right: "i32" },
    { row: "i32", leftBytes: "i32" },
    ({ at, end, column, left, right, row, leftBytes }) => [
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
      left.get,
    ],
    "i32",
  );
}

/** `partition(at, end, column)`: gives the address in the order where the right side begins. */
function partition({ scratch }: WasmLayout, divideIndex: number): WasmFunction {
  return wasmFunction(
    "partition",
    { at: "i32", end: "i32", column: "i32" },
    { left: "i32" },
    ({ at, end, column, left }) => [
      left.set(call(divideIndex, at.get, end.get, column.get, at.get, i32.const(scratch))),
      copyMemory(left.get, i32.const(scratch), i32.subtract(end.get, left.get)),
      left.get,
    ],
    "i32",
  );
}

/** `partitionPart(thread, at, end, column, left, right, result)`: keeps at `result` where the left ones end. */
function partitionPart(divideIndex: number): WasmFunction {
  return wasmFunction(
    "partitionPart",
    {
      ...{ thread: "i32", at: "i32", end: "i32", column: "i32" },
      ...{ left: "i32", right: "i32", result: "i32" },
    } as const,
    {},
    ({ at, end, column, left, right, result }) => [
      i32.store(0, result.get, call(divideIndex, at.get, end.get, column.get, left.get, right.get)),
    ],
  );
}

/** `copy(thread, to, from, bytes)` */
function copy(): WasmFunction {
  return wasmFunction(
    "copy",
    { thread: "i32", to: "i32", from: "i32", bytes: "i32" },
    {},
    ({ to, from, bytes }) => [copyMemory(to.get, from.get, bytes.get)],
  );
}

/** `addToScores(thread, at, end, scores, value)` */
function addToScores(): WasmFunction {
  return wasmFunction(
    "addToScores",
    { thread: "i32", at: "i32", end: "i32", scores: "i32", value: "f64" },
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

/** `enumerate(thread, at, end, row)`: row, row + 1, ... from one address to another. */
function enumerate(): WasmFunction {
  return wasmFunction(
    "enumerate",
    { thread: "i32", at: "i32", end: "i32", row: "i32" },
    {},
    ({ at, end, row }) => [
      loop(at, end.get, 4, i32.store(0, at.get, row.get), row.set(i32.add(row.get, i32.const(1)))),
    ],
  );
}
