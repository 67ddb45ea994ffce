import { describe, expect, it } from "vitest";
import { METRIC_NAMES, worseBy } from "../../../core/definition/metrics.ts";
import { DataContractError } from "../../../core/errors.ts";
import { chooseCandidate } from "../../../core/evaluation/choose-candidate.ts";

const candidates = [
  { index: 0, name: "a", validation: { rocAuc: 0.7, logLoss: 0.5 } },
  { index: 1, name: "b", validation: { rocAuc: 0.8, logLoss: 0.6 } },
  { index: 2, name: "c", validation: { rocAuc: 0.8, logLoss: 0.4 } },
];

describe("chooseCandidate", () => {
  it("takes the highest of a metric that should be high, the first of equals", () => {
    expect(chooseCandidate(candidates, "rocAuc").name).toBe("b");
  });

  it("takes the lowest of a metric that should be low", () => {
    expect(chooseCandidate(candidates, "logLoss").name).toBe("c");
  });

  it("passes over a candidate without the metric", () => {
    const some = [{ index: 0, name: "blind", validation: {} }, ...candidates];

    expect(chooseCandidate(some, "rocAuc").name).toBe("b");
  });

  it("fails if no candidate has it", () => {
    expect(() => chooseCandidate(candidates, "f1")).toThrow(DataContractError);
  });
});

describe("worseBy", () => {
  it("is positive where a value is worse: lower, or higher for losses", () => {
    const worseWhenHigher = METRIC_NAMES.filter((name) => worseBy(name, 0.6, 0.5) > 0);

    expect(worseWhenHigher).toEqual([
      "logLoss",
      "brier",
      "calibrationError",
      "rmse",
      "mae",
      "mape",
      "medianAbsoluteError",
      "pinballLoss",
      "quantileCoverageError",
    ]);
  });
});
