import { describe, expect, it } from "vitest";
import { calibrate, fitCalibration } from "../../../core/calibration/calibration.ts";
import type { Task } from "../../../core/definition/task.ts";
import { expectNear, fixture, rowsOf, three } from "./calibration-fixture.ts";
import { runCalibration } from "./run-calibration.ts";

describe("multiclass calibration", () => {
  const { scores, labels, weights } = fixture.multiclass;
  const rows = rowsOf({ scores, labels, weights });

  it.each(["platt", "isotonic"] as const)(
    "%s of each class against the rest, normalised",
    (method) => {
      const found = calibrate(fitCalibration(method, three, rows), three, rows.scores);

      expectNear(found, fixture.multiclass[method], 1e-9);
    },
  );

  it("finds the temperature with the least log-loss", () => {
    const found = fitCalibration("temperature", three, rows);

    if (found.method !== "temperature") throw new Error(found.method);
    expect(found.temperature).toBeCloseTo(fixture.multiclass.temperature, 9);
  });

  it("leaves softmax as it is at temperature 1, computed by hand", () => {
    const half = Float64Array.of(Math.log(2), 0, Math.log(5));

    const found = calibrate({ method: "temperature", temperature: 1 }, three, half);
    const softer = calibrate({ method: "temperature", temperature: 1e9 }, three, half);

    expectNear(found, [2 / 8, 1 / 8, 5 / 8], 1e-15);
    expectNear(softer, [1 / 3, 1 / 3, 1 / 3], 1e-8);
  });

  it.each(["platt", "isotonic", "temperature"] as const)("%s: the graph agrees", async (method) => {
    const found = fitCalibration(method, three, rows);
    const extreme = [0, 0, 0, 1e3, -1e3, 0, -1e5, 0, 1e5, 800, 800, 0];
    const at = Float64Array.from([...rows.scores, ...extreme]);

    const probabilities = calibrate(found, three, at);

    expectNear(await runCalibration(found, three, at), probabilities, 1e-12);
    for (let i = 0; i < at.length; i += 3) {
      const sum = probabilities.subarray(i, i + 3).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 12);
    }
  });

  it("gives equal shares to a row that no class's curve has above 0", async () => {
    const flat = { at: [0], values: [0] };
    const nothing = { method: "isotonic", curves: [flat, flat, flat] } as const;
    const at = Float64Array.of(1, 2, 3);

    expectNear(calibrate(nothing, three, at), [1 / 3, 1 / 3, 1 / 3], 1e-15);
    expectNear(await runCalibration(nothing, three, at), [1 / 3, 1 / 3, 1 / 3], 1e-15);
  });

  it("answers where a logit leaves the others no probability and a curve is flat", async () => {
    const flat = { slope: 0, intercept: 0 };
    const calibration = { method: "platt", curves: [flat, flat, flat] } as const;
    const at = Float64Array.of(1e6, 0, -1e6);

    expectNear(calibrate(calibration, three, at), [1 / 3, 1 / 3, 1 / 3], 1e-15);
    expectNear(await runCalibration(calibration, three, at), [1 / 3, 1 / 3, 1 / 3], 1e-15);
  });

  it("answers for a class that the validation split lacks", () => {
    const two = { scores: Float64Array.of(1, 0, 0, 0, 1, 0), labels: Uint8Array.of(0, 1) };

    const isotonic = calibrate(fitCalibration("isotonic", three, two), three, two.scores);
    const platt = calibrate(fitCalibration("platt", three, two), three, two.scores);

    expect([...isotonic]).toEqual([1, 0, 0, 0, 1, 0]);
    expect(platt[2]).toBeGreaterThan(0);
    expect(platt[2]).toBeLessThan(platt[0] as number);
  });

  it("takes the bounds where every row is right, and where every row is wrong", () => {
    const two: Task = { type: "multiclass", classes: ["a", "b"] };
    const right = { scores: Float64Array.of(1, 0, 0, 1), labels: Uint8Array.of(0, 1) };
    const wrong = { scores: right.scores, labels: Uint8Array.of(1, 0) };

    const found = [right, wrong].map((given) => fitCalibration("temperature", two, given));

    expectNear(
      found.map((each) => (each.method === "temperature" ? each.temperature : NaN)),
      [0.01, 100],
      1e-9,
    );
  });
});
