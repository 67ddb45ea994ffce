import { describe, expect, it } from "vitest";
import { IntegrityError } from "../../../core/errors.ts";
import { largestGraphDifference } from "../../../core/evaluation/graph-agreement.ts";

describe("largestGraphDifference", () => {
  it("gives the largest difference where all are rounding", () => {
    const byTrainer = Float64Array.of(0.25, 0.5, 0.75 + 5e-7);

    expect(largestGraphDifference(byTrainer, Float32Array.of(0.25, 0.5, 0.75), 1)).toBeCloseTo(
      5e-7,
      12,
    );
  });

  it("takes the limit itself for rounding, and the next number for an error", () => {
    const zero = Float32Array.of(0);

    expect(largestGraphDifference(Float64Array.of(1e-6), zero, 1)).toBe(1e-6);
    expect(() => largestGraphDifference(Float64Array.of(1e-6 + 1e-21), zero, 1)).toThrow(
      IntegrityError,
    );
  });

  it("fails on a larger one, and names the worst row and both values", () => {
    const byTrainer = Float64Array.of(0.25, 0.5, 0.125);

    expect(() => largestGraphDifference(byTrainer, Float32Array.of(0.25, 0.75, 0.1875), 1)).toThrow(
      /row 1 of the test split: trainer 0.5, graph 0.75/,
    );
  });

  it("measures numbers above 1 by their size, and counts rows of several predictions", () => {
    const byTrainer = Float64Array.of(1, 2, 3, 1000.0005);

    expect(largestGraphDifference(byTrainer, Float32Array.of(1, 2, 3, 1000), 2)).toBeCloseTo(
      5e-7,
      9,
    );
    expect(() => largestGraphDifference(byTrainer, Float32Array.of(1, 2, 3, 999), 2)).toThrow(
      /row 1 of the test split: trainer 1000.0005, graph 999/,
    );
  });

  it.each([
    ["NaN of the graph", Float64Array.of(0.5, 0.5), Float32Array.of(Number.NaN, 0.5)],
    ["NaN of the trainer", Float64Array.of(0.5, Number.NaN), Float32Array.of(0.5, 0.5)],
    ["a row too few", Float64Array.of(0.5, 0.5), Float32Array.of(0.5)],
  ])("fails on %s", (_name, byTrainer, byGraph) => {
    expect(() => largestGraphDifference(byTrainer, byGraph, 1)).toThrow(IntegrityError);
  });
});
