import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binLabels } from "../../../../core/training/scorecard/bin-labels.ts";
import {
  type Binning,
  binCount,
  binOfValue,
  binRows,
} from "../../../../core/training/scorecard/binning.ts";
import { quantileEnds } from "../../../../core/training/scorecard/quantile-ends.ts";
import {
  finite,
  readableBorder,
  shortestDecimal,
} from "../../../../core/training/scorecard/readable-border.ts";
import { numbers, strings } from "../frames.ts";

const amounts: Binning = { kind: "number", name: "amount", borders: [-1, 12.5] };
const cities: Binning = {
  kind: "category",
  name: "city",
  groups: [["Bern", "Genf"], ["Zug"]],
  otherBin: 1,
};
const alone: Binning = { ...cities, otherBin: 2 };

describe("bins of a number", () => {
  it("hold their upper border and not their lower one", () => {
    const rows = numbers("amount", [-Infinity, -1, -0.999, 12.5, 12.50001, Infinity, NaN]);

    expect([...binRows(amounts, rows)]).toEqual([0, 0, 1, 1, 2, 2, 3]);
  });

  it("take a single value as its row", () => {
    const borders = [Math.fround(0.1)];
    const tenth: Binning = { kind: "number", name: "x", borders };

    expect(
      [0.1, 0.2, null, NaN, undefined, "0.1", false, true].map((v) => binOfValue(tenth, v)),
    ).toEqual([0, 1, 2, 2, 2, 2, 0, 1]);
  });
});

describe("bins of strings", () => {
  it("hold their group, the unknown ones where other is, the missing ones in the last", () => {
    const rows = strings("city", ["Zug", "Bern", "Ulm", null, "", "Genf\0x"]);

    expect([...binRows(cities, rows)]).toEqual([1, 0, 1, 2, 2, 0]);
    expect([...binRows(alone, rows)]).toEqual([1, 0, 2, 3, 3, 0]);
    expect([binCount(cities), binCount(alone)]).toEqual([3, 4]);
  });

  it("take a single value as its row", () => {
    expect(["Genf", "Ulm", "", null, undefined, 3].map((v) => binOfValue(alone, v))).toEqual([
      0, 2, 3, 3, 3, 3,
    ]);
  });

  it("fail on a column of another kind", () => {
    expect(() => binRows(cities, numbers("city", [1]))).toThrow("column city is no category");
    expect(() => binRows(amounts, strings("amount", ["a"]))).toThrow("column amount is no number");
  });
});

describe("binLabels", () => {
  it("names intervals, sets, other and missing", () => {
    expect(binLabels(amounts)).toEqual(["(-∞, -1]", "(-1, 12.5]", "(12.5, ∞)", "missing"]);
    expect(binLabels({ ...amounts, borders: [] })).toEqual(["(-∞, ∞)", "missing"]);
    expect(binLabels(cities)).toEqual(["{Bern, Genf}", "{Zug, other}", "missing"]);
    expect(binLabels(alone)).toEqual(["{Bern, Genf}", "{Zug}", "{other}", "missing"]);
  });

  it("quotes a text that could be taken for something else", () => {
    const groups = [["New York", "a, b", "other", "x}", " x", "Zürich"]];

    expect(binLabels({ ...cities, groups, otherBin: 0 })[0]).toBe(
      '{New York, "a, b", "other", "x}", " x", Zürich, other}',
    );
  });
});

describe("readableBorder", () => {
  it.each([
    [0, 1, "0"],
    [1, 2, "1"],
    [12.49, 12.51, "12.5"],
    [99.5, 100.5, "100"],
    [3_999, 4_001, "4000"],
    [-7.7, -7.6, "-7.7"],
    [-1, 1, "0"],
    [11.467, 11.473, "11.47"],
  ])("is short between %d and %d", (low, high, text) => {
    expect(shortestDecimal(readableBorder(Math.fround(low), Math.fround(high)))).toBe(text);
  });

  it("is the lower one where float32 has nothing between that reads shorter", () => {
    expect(readableBorder(49_958_884, 49_958_888)).toBe(49_958_884);
  });

  it("parts any two float32, and reads as what it is", () => {
    const float = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(float, float, (a, b) => {
        fc.pre(a !== b && !(a === 0 && b === 0));
        const low = Math.min(a, b);

        const border = readableBorder(low, Math.max(a, b));

        expect(border).toBeGreaterThanOrEqual(low);
        expect(border).toBeLessThan(Math.max(a, b));
        expect(Math.fround(Number(shortestDecimal(border)))).toBe(border);
      }),
      { numRuns: 500 },
    );
  });

  it("is never asked for infinite numbers", () => {
    expect([-Infinity, -2, Infinity].map(finite)).toEqual([
      -3.4028234663852886e38, -2, 3.4028234663852886e38,
    ]);
  });
});

describe("quantileEnds", () => {
  it("leaves few entries alone", () => {
    expect(quantileEnds([5, 1, 1], 3)).toEqual([1, 2, 3]);
  });

  it("makes groups of equal weight", () => {
    expect(quantileEnds([1, 1, 1, 1, 1, 1], 3)).toEqual([2, 4, 6]);
    expect(quantileEnds([3, 1, 1, 1, 3, 3], 4)).toEqual([1, 4, 5, 6]);
  });

  it("does not join a heavy entry to the light one before it", () => {
    expect(quantileEnds([1, 9, 1, 1], 3)).toEqual([1, 2, 4]);
  });

  it("ends with everything, in at most as many groups as asked for", () => {
    const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 2, max: 12 }), (all, most) => {
        const ends = quantileEnds(all, most);

        expect(ends.at(-1)).toBe(all.length);
        expect(ends.length).toBe(Math.min(all.length, ends.length, most));
        expect(ends).toEqual([...new Set(ends)].sort((a, b) => a - b));
      }),
    );
  });
});
