import { describe, expect, it } from "vitest";
import { type CalibrationMethod, fitCalibration } from "../../../core/calibration/calibration.ts";
import type { Task } from "../../../core/definition/task.ts";
import { DataContractError, InvalidInputError } from "../../../core/errors.ts";
import { binary, three } from "./calibration-fixture.ts";

describe("fitCalibration", () => {
  const good = { scores: Float64Array.of(-1, 1), labels: Uint8Array.of(0, 1) };

  it.each<[string, CalibrationMethod, Task, Partial<Parameters<typeof fitCalibration>[2]>, string]>(
    [
      ["regression", "platt", { type: "regression", quantiles: [] }, {}, "got regression"],
      ["ranking", "isotonic", { type: "ranking" }, {}, "got ranking"],
      ["a temperature for two classes", "temperature", binary, {}, "got binary"],
      ["too few scores", "platt", three, {}, "needs 6 scores"],
      ["too few weights", "platt", binary, { weights: Float64Array.of(1) }, "got 2 and 1"],
      ["a score of NaN", "isotonic", binary, { scores: Float64Array.of(0, NaN) }, "score 1 must"],
      [
        "an infinite score",
        "platt",
        binary,
        { scores: Float64Array.of(-Infinity, 0) },
        "score 0 must",
      ],
      [
        "a negative weight",
        "platt",
        binary,
        { weights: Float64Array.of(1, -1) },
        "weight of row 1",
      ],
      [
        "an infinite weight",
        "platt",
        binary,
        { weights: Float64Array.of(Infinity, 1) },
        "weight of row 0",
      ],
    ],
  )("fails on %s", (_name, method, task, change, message) => {
    const fit = () => fitCalibration(method, task, { ...good, ...change });

    expect(fit).toThrow(InvalidInputError);
    expect(fit).toThrow(message);
  });

  it.each([
    ["one class", { labels: Uint8Array.of(1, 1) }],
    ["one class with weight", { weights: Float64Array.of(0, 3) }],
    ["weights of zero alone", { weights: Float64Array.of(0, 0) }],
    ["a single row", { scores: Float64Array.of(1), labels: Uint8Array.of(1) }],
    ["no row", { scores: new Float64Array(0), labels: new Uint8Array(0) }],
  ])("fails on %s", (_name, change) => {
    const fit = () => fitCalibration("isotonic", binary, { ...good, ...change });

    expect(fit).toThrow(DataContractError);
    expect(fit).toThrow("calibration needs two");
  });
});
