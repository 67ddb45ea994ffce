import { describe, expect, it } from "vitest";
import { definitionSchema } from "../../../core/definition/schema.ts";
import { tensorProblem } from "../../../core/inference/oip-tensor.ts";

const [field] = Object.entries(
  definitionSchema.shape.fields.parse({ amount: { type: "number", role: "feature" } }),
).map(([name, parsed]) => ({ ...parsed, name }));
if (!field) throw new Error("no field");

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
