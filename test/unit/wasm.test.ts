import { describe, expect, it } from "vitest";
import { encodeModule, type WasmFunction, wasmFunction } from "../../core/wasm/encode-module.ts";
import { i32, loop, signed, unsigned, when } from "../../core/wasm/instructions.ts";

function run(described: WasmFunction, ...values: number[]): number {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const module = new WebAssembly.Module(encodeModule([described], 1));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return (exports[described.name] as (...values: number[]) => number)(...values);
}

describe("LEB128", () => {
  it("encodes the examples of the DWARF standard, figures 46 and 47", () => {
    expect([2, 127, 128, 129, 12_857].map(unsigned)).toEqual([
      [2],
      [127],
      [128, 1],
      [129, 1],
      [0xb9, 0x64],
    ]);
    expect([2, -2, 127, -127, 128, -128, 129, -129].map(signed)).toEqual([
      [2],
      [0x7e],
      [0xff, 0],
      [0x81, 0x7f],
      [0x80, 1],
      [0x80, 0x7f],
      [0x81, 1],
      [0xff, 0x7e],
    ]);
  });
});

describe("encodeModule", () => {
  const sumOfEven = wasmFunction(
    "sumOfEven",
    { at: "i32", end: "i32" },
    { sum: "i32" },
    ({ at, end, sum }) => [
      loop(
        at,
        end.get,
        1,
        when(
          i32.subtract(i32.const(1), i32.and(at.get, i32.const(1))),
          sum.set(i32.add(sum.get, at.get)),
        ),
      ),
      sum.get,
    ],
    "i32",
  );

  it("makes functions with locals, loops and conditions that run", () => {
    expect(run(sumOfEven, 0, 101)).toBe(2_550);
  });

  it("does not enter a loop that is over before it begins", () => {
    expect(run(sumOfEven, 5, 5)).toBe(0);
    expect(run(sumOfEven, 8, 5)).toBe(0);
  });
});
