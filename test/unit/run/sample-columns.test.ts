import { describe, expect, it } from "vitest";
import type { ModelInput } from "../../../core/definition/model-inputs.ts";
import { IntegrityError } from "../../../core/errors.ts";
import { sampleColumns } from "../../../core/run/sample-columns.ts";

const INPUTS: readonly ModelInput[] = [
  { name: "age", kind: "number", origin: "field" },
  { name: "town", kind: "category", origin: "field" },
];

const columnsOf = (...rows: readonly Record<string, number | string | null>[]) =>
  sampleColumns(
    INPUTS,
    rows.map((inputs) => ({ inputs, score: 0.5 })),
  );

describe("sampleColumns", () => {
  it("lays rows out by input, NaN and the empty text for missing", () => {
    expect(columnsOf({ age: 7, town: "Ulm" }, { age: null, town: null })).toEqual({
      age: Float32Array.of(7, Number.NaN),
      town: ["Ulm", ""],
    });
  });

  it("has an empty column for each input where there are no rows", () => {
    expect(columnsOf()).toEqual({ age: new Float32Array(0), town: [] });
  });

  it.each([
    ["no value", { age: 7 }, /no value for input town; it must have a string or null/],
    ["a text for a number", { age: "7", town: "Ulm" }, /the string 7 for input age.*a number/],
    ["a number for a text", { age: 7, town: 8 }, /the number 8 for input town.*a string/],
  ])("fails on a row with %s", (_name, row, message) => {
    expect(() => columnsOf(row as Record<string, number | string>)).toThrow(IntegrityError);
    expect(() => columnsOf(row as Record<string, number | string>)).toThrow(message);
  });
});
