import { describe, expect, it } from "vitest";
import { jsonPath, valueAt } from "../../core/json-path.ts";
import { shownValue } from "../../core/shown-value.ts";

describe("jsonPath", () => {
  it.each([
    [[], ""],
    [["a"], "a"],
    [["a", 0, "b", 1, 2], "a[0].b[1][2]"],
    [[0, "a"], "[0].a"],
    [["a", Symbol("s")], "a.Symbol(s)"],
  ])("of %j is %s", (path, text) => {
    expect(jsonPath(path)).toBe(text);
  });
});

describe("valueAt", () => {
  it("finds own members only", () => {
    const root = { a: [{ b: 7 }], n: null };

    expect(valueAt(root, [])).toBe(root);
    expect(valueAt(root, ["a", 0, "b"])).toBe(7);
    for (const path of [["a", 1, "b"], ["n", "x"], ["a", 0, "b", "c"], ["constructor"]]) {
      expect(valueAt(root, path)).toBeUndefined();
    }
  });
});

describe("shownValue", () => {
  it.each([
    [undefined, "nothing"],
    [null, "null"],
    [[1, 2], "a list of 2"],
    [{}, "an object"],
    [() => 1, "a function"],
    ["a\nb", 'the string "a\\nb"'],
    ["x".repeat(60), `the string "${"x".repeat(60)}"`],
    ["x".repeat(61), `the string "${"x".repeat(60)}…"`],
    [1.5, "the number 1.5"],
    [true, "the boolean true"],
  ])("of %j is %s", (value, text) => {
    expect(shownValue(value)).toBe(text);
  });
});
