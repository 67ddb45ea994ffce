import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sliceColumn } from "../../../core/evaluation/sliced-column.ts";
import { categories, numbers } from "./frame-columns.ts";

/** The slice of each row in words. */
function wordsOf(column: Parameters<typeof sliceColumn>[0], bins = 3) {
  const { codes, values } = sliceColumn(column, bins);
  return Array.from(codes, (code) => values[code]);
}

describe("sliceColumn", () => {
  it("makes a slice of each category, and one of what is missing", () => {
    expect(wordsOf(categories("c", ["b", null, "a", "b"]))).toEqual(["b", null, "a", "b"]);
  });

  it("makes a slice of each number where they are few", () => {
    const column = numbers("n", [0.1, Number.NaN, -3, 0.1, 7]);

    expect(wordsOf(column)).toEqual(["0.1", null, "-3", "0.1", "7"]);
  });

  it("makes spans of as many rows where numbers are many", () => {
    const column = numbers("n", [9, 1, 5, 3, 7, 2, 8, 4, 6]);

    expect(wordsOf(column)).toEqual([
      "7 and above",
      "below 4",
      "4 to below 7",
      "below 4",
      "7 and above",
      "below 4",
      "7 and above",
      "4 to below 7",
      "4 to below 7",
    ]);
  });

  it("parts the rest from a number that nearly all rows have", () => {
    const column = numbers("n", [...new Array<number>(50).fill(0), 1, 2, 3]);

    expect(new Set(wordsOf(column))).toEqual(new Set(["below 1", "1 and above"]));
  });

  it("has one slice for a column without values", () => {
    expect(wordsOf(numbers("n", [Number.NaN, Number.NaN]))).toEqual([null, null]);
    expect(wordsOf(categories("c", [null]))).toEqual([null]);
  });

  it("says a number as shortly as float32 allows, and no shorter", () => {
    const wanted = ["0.1", "16777216", "16777218", "Infinity"];
    const column = numbers("n", [0.1, 16_777_216, 16_777_218, Number.POSITIVE_INFINITY]);
    const long = numbers("n", [8_589_973_000.5]);

    expect(wordsOf(column, 4)).toEqual(wanted);
    expect(Math.fround(Number(wordsOf(long)[0]))).toBe(long.values[0]);
  });

  it("never parts equal numbers, and keeps their order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 2, max: 8 }),
        (values, bins) => {
          const { codes, values: words } = sliceColumn(numbers("n", values), bins);

          expect(new Set(codes).size).toBeLessThanOrEqual(bins);
          for (const [a, first] of values.entries()) {
            for (const [b, second] of values.entries()) {
              if (first <= second) {
                expect(codes[a] as number).toBeLessThanOrEqual(codes[b] as number);
              }
              if (first === second) expect(codes[a]).toBe(codes[b]);
            }
          }
          expect(words.at(-1)).toBeNull();
        },
      ),
    );
  });
});
