import { describe, expect, it } from "vitest";
import type { LoadedDefinition } from "../../../core/definition/loaded-definition.ts";
import type { ComputeRowFeature } from "../../../core/definition/model-definition.ts";
import { parseDefinition, storedDefinition } from "../../../core/definition/parse-definition.ts";
import { DataContractError } from "../../../core/errors.ts";
import { oneRowFeature, rowFeatureComputer } from "../../../core/row/row-features.ts";
import { model } from "../../../models/flight-delay/model.ts";

function loaded(compute: ComputeRowFeature): LoadedDefinition {
  const definition = storedDefinition(parseDefinition(model));
  const hour = { type: "number" as const, from: ["date"], input: true };
  return {
    digest: "",
    definition: { ...definition, rowFeatures: { hour } },
    compute: { hour: compute },
  };
}

describe("rowFeatureComputer", () => {
  it("shows a row feature the fields that it names, and no others", () => {
    let seen: object = {};
    const compute = rowFeatureComputer(
      loaded((row) => {
        seen = row;
        return 1;
      }),
    );

    const values = compute({ date: 5, origin: "ORD" });

    expect(values).toEqual({ hour: 1 });
    expect(seen).toEqual({ date: 5 });
  });

  it("shows an absent field as null, and takes NaN for missing", () => {
    const compute = rowFeatureComputer(loaded(({ date }) => (date === null ? Number.NaN : 1)));

    expect(compute({})).toEqual({ hour: null });
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("boom");
      },
      /hour threw.*boom/,
    ],
    ["gives a string for a number", () => "1", /gave the string "1" .*finite number or null/],
    ["gives Infinity", () => Number.POSITIVE_INFINITY, /gave the number Infinity/],
  ])("fails when a row feature %s", (_name, run, message) => {
    const compute = rowFeatureComputer(loaded(run as ComputeRowFeature));

    expect(() => compute({ date: 1 })).toThrow(DataContractError);
    expect(() => compute({ date: 1 })).toThrow(message);
  });

  it("fails when the code lacks a row feature", () => {
    const lacking = { ...loaded(() => 1), compute: {} };

    expect(() => rowFeatureComputer(lacking)).toThrow(/row feature hour is missing/);
  });
});

describe("oneRowFeature", () => {
  it("gives what all together give", () => {
    const hour = oneRowFeature(
      loaded(({ date }) => (date === null ? null : Number(date) + 1)),
      "hour",
    );

    expect(hour({ date: 5 })).toBe(6);
    expect(hour({ date: null })).toBeNull();
  });

  it("refuses a value of another type, and code that is missing", () => {
    const text = oneRowFeature(
      loaded(() => "noon"),
      "hour",
    );

    expect(() => text({ date: 5 })).toThrow(DataContractError);
    expect(() => oneRowFeature({ ...loaded(() => 1), compute: {} }, "hour")).toThrow(
      "code of row feature hour is missing",
    );
  });
});
