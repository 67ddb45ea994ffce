import { describe, expect, it } from "vitest";
import type { Task } from "../../../core/definition/task.ts";
import { InvalidInputError } from "../../../core/errors.ts";
import { effectiveWeights } from "../../../core/training/class-weights.ts";

const binary: Task = { type: "binary" };
const frame = { rows: 4, labels: Uint8Array.of(0, 0, 0, 1) };
const weights = Float64Array.of(1, 2, 0, 5);

describe("effectiveWeights", () => {
  it("are the frame's own where no class has any", () => {
    expect(effectiveWeights(binary, frame, undefined)).toBeUndefined();
    expect(effectiveWeights(binary, { ...frame, weights }, undefined)).toBe(weights);
  });

  it("balanced make classes weigh alike: 4 / (2 * 3) and 4 / (2 * 1)", () => {
    const balanced = effectiveWeights(binary, frame, "balanced");

    expect(balanced).toEqual(Float64Array.of(2 / 3, 2 / 3, 2 / 3, 2));
  });

  it("balanced give classes the same sum, row weights and all", () => {
    const balanced = effectiveWeights(binary, { ...frame, weights }, "balanced") as Float64Array;

    expect((balanced[0] as number) + (balanced[1] as number)).toBeCloseTo(4, 12);
    expect(balanced[3]).toBeCloseTo(4, 12);
    const weightless = { ...frame, weights: Float64Array.of(1, 1, 1, 0) };
    expect(effectiveWeights(binary, weightless, "balanced")?.[3]).toBe(0);
  });

  it("multiply the row's weight by its class's, 1 where it is not named", () => {
    const named = effectiveWeights(binary, { ...frame, weights }, { 1: 3 });

    expect(named).toEqual(Float64Array.of(1, 2, 0, 15));
  });

  it("know classes by name, and one may have no rows", () => {
    const task: Task = { type: "multiclass", classes: ["low", "high", "none"] };

    expect(effectiveWeights(task, frame, { high: 0 })).toEqual(Float64Array.of(1, 1, 1, 0));
    expect(effectiveWeights(task, frame, "balanced")?.[3]).toBeCloseTo(4 / 3, 12);
  });

  it("fail on a class that is not there, and on a target without classes", () => {
    expect(() => effectiveWeights(binary, frame, { yes: 2 })).toThrow(
      /names yes, which is no class; classes are 0, 1/,
    );
    expect(() => effectiveWeights({ type: "ranking" }, frame, "balanced")).toThrow(
      InvalidInputError,
    );
  });
});
