import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  informationOf,
  readInformationValue,
  weightOfEvidence,
} from "../../../../core/training/scorecard/weight-of-evidence.ts";

const rule = { totals: { good: 80, bad: 20 }, smoothing: 10, thinBelow: 5 };

describe("weightOfEvidence", () => {
  it("equals the hand-computed value", () => {
    // ln((40 / 80) / (4 / 20)) = ln 2.5
    expect(weightOfEvidence({ good: 40, bad: 4 }, rule)).toBeCloseTo(0.916290731874155, 12);
  });

  it("adds average rows to a bin without a class", () => {
    // 10 rows with the average mix are 8 good and 2 bad: ln((24 / 2) / (80 / 20)) = ln 3
    expect(weightOfEvidence({ good: 16, bad: 0 }, rule)).toBeCloseTo(Math.log(3), 12);
    // ln((8 / 8) / 4) = -ln 4
    expect(weightOfEvidence({ good: 0, bad: 6 }, rule)).toBeCloseTo(-Math.log(4), 12);
  });

  it("adds average rows to a thin bin, and not to one that is just thick enough", () => {
    // ln((9 / 5) / 4)
    expect(weightOfEvidence({ good: 1, bad: 3 }, rule)).toBeCloseTo(Math.log(0.45), 12);
    // ln((2 / 3) / 4)
    expect(weightOfEvidence({ good: 2, bad: 3 }, rule)).toBeCloseTo(Math.log(1 / 6), 12);
  });

  it("is 0 for an empty bin, and for one as all rows are", () => {
    expect(weightOfEvidence({ good: 0, bad: 0 }, rule)).toBe(0);
    expect(weightOfEvidence({ good: 16, bad: 4 }, rule)).toBeCloseTo(0, 12);
  });

  it("comes closer to 0 with more smoothing", () => {
    const at = (smoothing: number) =>
      weightOfEvidence({ good: 16, bad: 0 }, { ...rule, smoothing });

    expect(at(1)).toBeGreaterThan(at(10));
    expect(at(1e9)).toBeCloseTo(0, 6);
  });
});

describe("informationOf", () => {
  it("equals the hand-computed value", () => {
    // (0.5 - 0.2) * ln 2.5
    expect(informationOf({ good: 40, bad: 4 }, rule)).toBeCloseTo(0.2748872195622465, 12);
  });

  it("is never negative", () => {
    fc.assert(
      fc.property(fc.nat(80), fc.nat(20), (good, bad) => {
        expect(informationOf({ good, bad }, rule)).toBeGreaterThanOrEqual(-1e-15);
      }),
    );
  });
});

describe("readInformationValue", () => {
  it.each([
    [0, "useless"],
    [0.0199, "useless"],
    [0.02, "weak"],
    [0.1, "medium"],
    [0.3, "strong"],
    [0.4999, "strong"],
    [0.5, "suspicious"],
    [3, "suspicious"],
  ])("reads %d as %s", (value, reading) => {
    expect(readInformationValue(value)).toBe(reading);
  });
});
