import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../../core/errors.ts";
import { reasonCodes, reasonCodesOf } from "../../../../core/training/scorecard/reason-codes.ts";
import type { Scorecard } from "../../../../core/training/scorecard/scorecard.ts";
import { frameOf, numbers, strings } from "../frames.ts";
import { tinyScorecard } from "./tiny-scorecard.ts";

const frame = frameOf(
  [
    numbers("rate", [9, 13, NaN]),
    strings("city", ["Zug", "Uri", null]),
    numbers("more", [1, 2, 3]),
  ],
  [0, 1, 1],
);

describe("reasonCodes", () => {
  it("tells the inputs that lost the most points against the best bin, the costliest first", () => {
    expect(reasonCodes(tinyScorecard, frame, 1, 5)).toEqual([
      { input: "rate", bin: "(12, ∞)", points: 10, reference: 60, pointsLost: 50 },
      { input: "city", bin: "{other}", points: 5, reference: 40, pointsLost: 35 },
    ]);
  });

  it("tells nothing of an input with as many points as can be", () => {
    expect(reasonCodes(tinyScorecard, frame, 0, 5)).toEqual([
      { input: "city", bin: "{Zug}", points: 20, reference: 40, pointsLost: 20 },
    ]);
  });

  it("tells of missing values, and leaves out bins that no row was in as the best", () => {
    // the bin of missing rates would have 70 points, and was empty
    expect(reasonCodes(tinyScorecard, frame, 2, 5)).toEqual([
      { input: "city", bin: "missing", points: 15, reference: 40, pointsLost: 25 },
    ]);
  });

  it("tells the first k only", () => {
    expect(reasonCodes(tinyScorecard, frame, 1, 1).map(({ input }) => input)).toEqual(["rate"]);
    expect(reasonCodes(tinyScorecard, frame, 1, 0)).toEqual([]);
  });

  it.each([-1, 3, NaN])("fails for row %d of 3", (row) => {
    expect(() => reasonCodes(tinyScorecard, frame, row, 1)).toThrow(InvalidInputError);
  });

  it("counts from the mean where the scorecard says so", () => {
    const mean: Scorecard = { ...tinyScorecard, reasonsAgainst: "mean" };

    expect(reasonCodes(mean, frame, 1, 5).map(({ pointsLost }) => pointsLost)).toEqual([30, 22]);
    expect(reasonCodes(mean, frame, 0, 5)).toEqual([
      { input: "city", bin: "{Zug}", points: 20, reference: 27, pointsLost: 7 },
    ]);
  });
});

describe("reasonCodesOf", () => {
  it("tells the same for an instance as a caller sends it", () => {
    const ofRow = (row: number) => reasonCodes(tinyScorecard, frame, row, 5);

    expect(reasonCodesOf(tinyScorecard, { rate: 13, city: "Uri", unused: 1 }, 5)).toEqual(ofRow(1));
    expect(reasonCodesOf(tinyScorecard, { rate: null }, 5)).toEqual(ofRow(2));
  });
});
