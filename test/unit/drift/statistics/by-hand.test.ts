import { describe, expect, it } from "vitest";
import { chiSquaredTest, cramersV } from "../../../../core/drift/statistics/chi-squared.ts";
import * as divergences from "../../../../core/drift/statistics/divergences.ts";
import {
  kolmogorovSmirnov,
  kolmogorovSmirnovExact,
} from "../../../../core/drift/statistics/kolmogorov-smirnov.ts";
import { proportionTest } from "../../../../core/drift/statistics/proportions.ts";
import { wasserstein } from "../../../../core/drift/statistics/wasserstein.ts";

/** Numbers of the generator that drift-tool comparisons use: x = (1103515245 x + 12345) mod 2^31. */
function draw(seed: number, size: number): readonly number[] {
  const values: number[] = [];
  let x = BigInt(seed);
  for (let i = 0; i < size; i++) {
    x = (1_103_515_245n * x + 12_345n) % 2n ** 31n;
    values.push(Number(x) / 2 ** 31);
  }
  return values;
}

const ascending = (values: readonly number[]) => values.toSorted((a, b) => a - b);
const A = draw(42, 500);
const B = draw(7, 300);

function countsOf(values: readonly (string | number)[], keys: readonly (string | number)[]) {
  return keys.map((key) => values.filter((value) => value === key).length);
}

describe("by hand", () => {
  it("chi-squared of 10:10 against 15:5: (15 - 10)^2 / 10 + (5 - 10)^2 / 10 = 5; p of one degree", () => {
    const { statistic, pValue } = chiSquaredTest([10, 10], [15, 5]);

    expect(statistic).toBe(5);
    expect(pValue).toBeCloseTo(0.0253473186774683, 12);
    // all counted: each of 2 x 2 cells is 2.5 from 12.5 or 7.5: 2 * 6.25 / 12.5 + 2 * 6.25 / 7.5 = 8 / 3, over 40 rows
    expect(cramersV([10, 10], [15, 5])).toBeCloseTo(Math.sqrt(8 / 3 / 40), 12);
  });

  it("a category that is new is infinitely unlikely, one that nobody has says nothing", () => {
    expect(chiSquaredTest([10, 0], [5, 5])).toEqual({
      statistic: Number.POSITIVE_INFINITY,
      pValue: 0,
    });
    expect(chiSquaredTest([10, 0, 10], [5, 0, 5])).toEqual({ statistic: 0, pValue: 1 });
    expect(chiSquaredTest([10], [5])).toEqual({ statistic: 0, pValue: 1 });
    expect(cramersV([10, 0], [5, 0])).toBe(0);
  });

  it("fails on other categories, and on a side without rows", () => {
    expect(() => chiSquaredTest([1, 2], [1])).toThrow(/2 categories and current 1/);
    expect(() => chiSquaredTest([1, 2], [0, 0])).toThrow(/need a row each/);
    expect(() => cramersV([0], [1])).toThrow(/need a row each/);
    const none = { having: 0, rows: 0 };
    expect(() => proportionTest(none, { having: 1, rows: 2 })).toThrow(/need a row each/);
    expect(() => proportionTest({ having: 1, rows: 2 }, none)).toThrow(/need a row each/);
  });

  it("proportions of 6 in 10 and 4 in 10: 0.2 / sqrt(0.25 * 0.2) = 0.894", () => {
    const { statistic } = proportionTest({ having: 6, rows: 10 }, { having: 4, rows: 10 });
    expect(statistic).toBeCloseTo(0.2 / Math.sqrt(0.05), 12);
    const all = { having: 7, rows: 7 };
    expect(proportionTest(all, { having: 3, rows: 3 })).toEqual({ statistic: 0, pValue: 1 });
  });

  it("divergences of (1/2, 1/2) and (1/4, 3/4)", () => {
    const [r, c] = [
      [0.5, 0.5],
      [0.25, 0.75],
    ];
    // 0.25 ln 2 - 0.25 ln(2/3) = 0.25 ln 3
    expect(divergences.populationStability(r, c)).toBeCloseTo(0.25 * Math.log(3), 12);
    expect(divergences.kullbackLeibler(r, c)).toBeCloseTo(0.5 * Math.log(4 / 3), 12);
    const half = Math.sqrt(0.125) + Math.sqrt(0.375);
    expect(divergences.hellinger(r, c)).toBeCloseTo(Math.sqrt(1 - half), 12);
    expect(divergences.largestDifference(r, c)).toBe(0.25);
    expect(divergences.totalVariation(r, c)).toBe(0.25);
    expect(divergences.hellinger(r, r)).toBeCloseTo(0, 7);
    expect(divergences.jensenShannon([1, 0], [0, 1], 2)).toBe(1);
    expect(divergences.jensenShannon(r, r)).toBe(0);
    expect(divergences.populationStability([0, 1], [0, 1])).toBe(0);
    expect(divergences.populationStability([0, 1], [0.5, 0.5])).toBe(Number.POSITIVE_INFINITY);
    expect(divergences.kullbackLeibler([0, 1], [0.5, 0.5])).toBeCloseTo(Math.log(2), 12);
  });

  it("zeros are filled with 0.0001, or with far less than the least share", () => {
    expect(divergences.withoutZeros([0.5, 0, 0.5])).toEqual([0.5, 0.0001, 0.5]);
    expect(divergences.withoutZeros([0.99995, 0, 0.00005])).toEqual([0.99995, 5e-11, 0.00005]);
  });

  it("samples {1, 2} and {2, 4}: a gap of 1/2 from 1 to 4 but none of it elsewhere", () => {
    // distribution functions: 1/2, 1, 1 and 0, 1/2, 1 after 1, 2 and 4
    expect(kolmogorovSmirnov([1, 2], [2, 4])).toBe(0.5);
    // 1/2 * (2 - 1) + 1/2 * (4 - 2)
    expect(wasserstein([1, 2], [2, 4])).toBe(1.5);
    // of the 6 orders of two and two, only aabb and bbaa part them wholly
    expect(kolmogorovSmirnovExact(1, 2, 2)).toBeCloseTo(2 / 6, 12);
    expect(kolmogorovSmirnovExact(0.5, 2, 2)).toBe(1);
    expect(kolmogorovSmirnovExact(0, 3, 2)).toBe(1);
    // of 10 orders of three and two, a gap of 1 has aaabb and bbaaa
    expect(kolmogorovSmirnovExact(1, 3, 2)).toBeCloseTo(0.2, 12);
  });
});

describe("golden numbers of Evidently 0.7.21", () => {
  it("of two samples, and of one that is stretched", () => {
    const distance = kolmogorovSmirnov(ascending(A), ascending(B));
    expect(distance).toBeCloseTo(0.0566667, 7);
    expect(kolmogorovSmirnovExact(distance, 500, 300)).toBeCloseTo(0.5661299248506753, 9);
    const stretched = ascending(B.map((value) => 1.3 * value));
    const far = kolmogorovSmirnov(ascending(A), stretched);
    const p = kolmogorovSmirnovExact(far, 500, 300);
    expect(p / 4.0621833839675987e-7).toBeCloseTo(1, 9);
  });

  it("of categories, and of a coin", () => {
    const letters = (values: readonly number[]) =>
      values.map((value) => "abcdef"[Math.floor(4 * value)] ?? "");
    const keys = ["a", "b", "c", "d"];
    const [r, c] = [countsOf(letters(A), keys), countsOf(letters(B), keys)];
    const [rs, cs] = [divergences.shares(r), divergences.shares(c)];
    expect(divergences.populationStability(rs, cs)).toBeCloseTo(0.01159400614067551, 10);
    expect(divergences.jensenShannon(rs, cs)).toBeCloseTo(0.03804670984556653, 10);
    expect(chiSquaredTest(r, c).pValue).toBeCloseTo(0.35150531184202216, 10);

    const above = (values: readonly number[], limit: number) => ({
      having: values.filter((value) => value >= limit).length,
      rows: values.length,
    });
    const { pValue } = proportionTest(above(A, 0.5), above(B, 0.6));
    expect(pValue / 8.343322766779515e-5).toBeCloseTo(1, 9);
  });
});
