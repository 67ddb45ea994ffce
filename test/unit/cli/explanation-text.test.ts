import { describe, expect, it } from "vitest";
import { explanationText } from "../../../cli/explanation-text.ts";

const reason = { field: "distance", value: 1745, contribution: 0.75, direction: "raises" as const };
const row = { margin: 0.25, base: -0.5, contributions: { distance: 0.75 }, reasons: [reason] };

describe("explanationText", () => {
  it("says of each instance what adds up to what, and its reasons in words", () => {
    const text = explanationText({ method: "exact", scale: "log-odds", rows: [row] });

    expect(text.split("\n")).toEqual([
      "instance 0: log-odds of class 1 0.2500, from -0.5000 where nothing is known (exact)",
      "  reason    value  effect",
      "  distance  1745   raises by 0.7500",
    ]);
  });

  it("calls a reason by its code, with bins and points where there are some, and tells what was left out", () => {
    const coded = { ...reason, code: "R07 too far", value: null, bin: "missing", points: -3 };
    const lowers = { ...coded, direction: "lowers" as const, contribution: -0.5 };
    const rows = [{ ...row, reasons: [lowers] }];

    const text = explanationText({
      ...{
        method: "sampled",
        scale: "probability",
        samples: 200,
        note: "time for 1 of 2 rows",
        rows,
      },
    });

    expect(text).toContain("(sampled, 200 samples)");
    expect(text).toMatch(/R07 too far +distance - +lowers by 0\.5000 +missing +-3$/m);
    expect(text).toMatch(/time for 1 of 2 rows$/);
  });
});
