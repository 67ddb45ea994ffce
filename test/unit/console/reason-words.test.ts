import { describe, expect, it } from "vitest";
import { reasonLines } from "../../../console/model/reason-words.ts";

describe("reasonLines", () => {
  it("tells each reason in words, by its code and bin where it has them", () => {
    const reasons = [
      { field: "distance", value: 1745, contribution: 0.75, direction: "raises" as const },
      {
        ...{ field: "rate", value: null, contribution: -0.5, direction: "lowers" as const },
        ...{ code: "R14", bin: "missing", points: 3, pointsLost: 0 },
      },
    ];

    expect(reasonLines(reasons)).toEqual([
      "distance 1745: raises the score by 0.7500",
      "R14 (rate) missing, in missing: lowers the score by 0.5000",
    ]);
  });

  it("says so where there is none", () => {
    expect(reasonLines([])).toEqual(["no input moved the score"]);
  });
});
