import { describe, expect, it } from "vitest";
import {
  instantWords,
  numberWords,
  parameterWords,
  secondsWords,
  shortenedDigests,
  usdWords,
} from "../../../console/words.ts";

describe("words of the console", () => {
  it.each([
    [-5, "0.0 s"],
    [449, "0.4 s"],
    [9_940, "9.9 s"],
    [12_400, "12 s"],
    [59_600, "1 min 00 s"],
    [185_000, "3 min 05 s"],
  ])("say %i ms as %j", (ms, words) => {
    expect(secondsWords(ms)).toBe(words);
  });

  it("say instants, numbers and digests", () => {
    expect(instantWords("2026-11-23T14:02:31.123Z")).toBe("2026-11-23 14:02:31");
    expect(numberWords(0.63184)).toBe("0.6318");
    expect(numberWords(undefined)).toBe("-");
    expect(numberWords(-1_234_567.8)).toBe("-1234567.8000");
    expect(numberWords(1_262_083_339_824_668)).toBe("1.2621e+15");
    expect(usdWords(0.00417)).toBe("0.004170 USD");
    expect(usdWords(null)).toBe("-");
    expect(parameterWords({ leaves: 31, encoding: "target", groups: [["a"]] })).toBe(
      'leaves 31, encoding target, groups [["a"]]',
    );
    expect(shortenedDigests(`definition ${"ab".repeat(32)}`)).toBe("definition abababababab");
  });
});
