import { describe, expect, it } from "vitest";
import { fillPlaceholders, placeholdersOf } from "../../core/asl/placeholders.ts";

const placeholder = (name: string) => `$\{${name}}`;
const ASL = `{"a":"${placeholder("TrainArn")}","b":"${placeholder("EvaluateArn")} ${placeholder("TrainArn")}","c":"$.path"}`;

describe("placeholders", () => {
  it("are found once each, in order of name", () => {
    expect(placeholdersOf(ASL)).toEqual(["EvaluateArn", "TrainArn"]);
    expect(placeholdersOf("{}")).toEqual([]);
  });

  it("are filled wherever they stand, with text that may look like one", () => {
    expect(fillPlaceholders(ASL, { TrainArn: "$1", EvaluateArn: "e" })).toBe(
      '{"a":"$1","b":"e $1","c":"$.path"}',
    );
  });

  it.each([
    ["a value is missing", { TrainArn: "t" }],
    ["a value is too many", { TrainArn: "t", EvaluateArn: "e", Other: "o" }],
  ])("fails where %s", (_name, values) => {
    expect(() => fillPlaceholders(ASL, values as Record<string, string>)).toThrow(
      /placeholders are \[EvaluateArn,TrainArn\] but values are for/,
    );
  });
});
