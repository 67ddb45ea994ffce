import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { definitionSchema } from "../../../core/definition/schema.ts";
import { binaryElements, binaryOutput, halfOf } from "../../../core/inference/oip-binary.ts";
import { type Tensor, tensorProblem, tensorValues } from "../../../core/inference/oip-tensor.ts";

const fieldOf = (type: string) => {
  const parsed = definitionSchema.shape.fields.parse({ amount: { type, role: "feature" } });
  const [field] = Object.entries(parsed).map(([name, rest]) => ({ ...rest, name }));
  if (!field) throw new Error("no field");
  return field;
};
const field = fieldOf("number");

const problemOf = (datatype: string, data: readonly unknown[], shape = [data.length]) =>
  tensorProblem({ datatype, data, shape }, field, shape[0] ?? 0);

describe("tensorProblem", () => {
  it.each([
    ["INT8", -128, 127],
    ["INT32", -(2 ** 31), 2 ** 31 - 1],
    ["UINT8", 0, 255],
    ["UINT32", 0, 2 ** 32 - 1],
    ["INT64", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ["UINT64", 0, Number.MAX_SAFE_INTEGER],
  ])("takes %s from %d to %d, missing among them, and no further", (datatype, min, max) => {
    expect(problemOf(datatype, [min, null, max])).toBeUndefined();
    expect(problemOf(datatype, [0, max + 1])).toMatchObject({ part: "data[1]" });
    expect(problemOf(datatype, [min - 1])).toMatchObject({ part: "data[0]" });
  });

  it.each([
    ["two values a row", [2, 2], [1, 2]],
    ["three axes", [2, 1, 1], [1, 2]],
    ["no axis", [], [1, 2]],
  ])("fails on %s", (_name, shape, data) => {
    expect(tensorProblem({ datatype: "FP64", data, shape }, field, 2)).toMatchObject({
      part: "shape",
    });
  });
});

describe("what a tensor says of a field", () => {
  const BEYOND = 2n ** 63n - 1n;

  it.each<[string, string, Omit<Tensor, "shape">, readonly unknown[]]>([
    ["flags", "boolean", { datatype: "BOOL", data: [true, null] }, [true, null]],
    [
      "flags as integers",
      "boolean",
      { datatype: "UINT8", data: [1, 0, null] },
      [true, false, null],
    ],
    ["no flags", "boolean", { datatype: "FP32", data: [2, "1"] }, [2, "1"]],
    ["texts of a category", "category", { datatype: "BYTES", data: ["a", null] }, ["a", null]],
    ["codes of a category", "category", { datatype: "INT32", data: [7, null] }, ["7", null]],
    [
      "codes beyond every double, exact",
      "category",
      { datatype: "INT64", data: [BEYOND], isBinary: true },
      ["9223372036854775807"],
    ],
    ["tags", "tags", { datatype: "BYTES", data: ["a|b", "", 5] }, [["a", "b"], [], 5]],
    ["moments", "timestamp", { datatype: "BYTES", data: ["", "t"] }, ["", "t"]],
    [
      "moments as bytes",
      "timestamp",
      { datatype: "BYTES", data: ["", "t"], isBinary: true },
      [null, "t"],
    ],
  ])("is %s", (_name, type, sent, values) => {
    const tensor = { ...sent, shape: [sent.data.length] };

    expect(tensorProblem(tensor, fieldOf(type), sent.data.length)).toBeUndefined();
    expect(tensorValues(tensor, fieldOf(type))).toEqual(values);
  });

  it("is refused beyond 2^53 where it is a number, or came as JSON", () => {
    const shape = [1];
    const bytes = { datatype: "INT64", data: [BEYOND], isBinary: true, shape };
    const json = { datatype: "INT64", data: [2 ** 53], shape };

    expect(tensorProblem(bytes, field, 1)).toMatchObject({ part: "data[0]" });
    expect(tensorProblem(json, fieldOf("category"), 1)).toMatchObject({ part: "data[0]" });
  });
});

describe("halfOf", () => {
  // IEEE 754-2008, table 3.5 and 3.4: 1, the largest, the smallest normal, the smallest subnormal
  it.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65_504],
    [0x0400, 2 ** -14],
    [0x0001, 2 ** -24],
    [0x8001, -(2 ** -24)],
    [0x0000, 0],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, Number.NaN],
  ])("reads the bits %i as %d", (bits, value) => {
    expect(halfOf(bits)).toBe(value);
  });
});

describe("binaryElements", () => {
  const bytesOf = (...numbers: readonly number[]) => Uint8Array.from(numbers);

  it.each<[string, Uint8Array, readonly unknown[]]>([
    ["BOOL", bytesOf(0, 1, 2), [false, true, true]],
    ["UINT16", bytesOf(1, 2), [513]],
    ["UINT32", bytesOf(0, 0, 0, 128), [2 ** 31]],
    ["INT8", bytesOf(255), [-1]],
    ["INT32", bytesOf(254, 255, 255, 255), [-2]],
    ["INT64", bytesOf(255, 255, 255, 255, 255, 255, 255, 255), [-1]],
    ["UINT64", bytesOf(255, 255, 255, 255, 255, 255, 255, 255), [2n ** 64n - 1n]],
    ["FP16", bytesOf(0, 0x7e), [null]],
    ["BYTES", bytesOf(1, 0, 0, 0, 65, 0, 0, 0, 0), ["A", ""]],
    ["BYTES", bytesOf(), []],
  ])("reads %s, little endian", (datatype, bytes, elements) => {
    expect(binaryElements(datatype, bytes)).toEqual({ elements });
  });

  it("reads what an output writes, wherever in a buffer it stands", () => {
    const shifted = (bytes: Uint8Array) => {
      const all = new Uint8Array(bytes.byteLength + 3);
      all.set(bytes, 3);
      return all.subarray(3);
    };
    const same = (datatype: string, data: readonly (number | string)[]) => {
      const read = binaryElements(datatype, shifted(binaryOutput(datatype, data)));
      expect(read).toEqual({ elements: data });
    };

    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 8 }), (data) =>
        same("BYTES", data),
      ),
    );
    fc.assert(fc.property(fc.array(fc.maxSafeInteger()), (data) => same("INT64", data)));
    fc.assert(fc.property(fc.array(fc.float({ noNaN: true })), (data) => same("FP32", data)));
  });
});
