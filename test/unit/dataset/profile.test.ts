import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CATEGORY_VALUES,
  countIntoBins,
  profileCategories,
  profileNumbers,
} from "../../../core/dataset/profile.ts";
import { InvalidInputError } from "../../../core/errors.ts";

describe("profileNumbers", () => {
  it("equals the hand-computed profile of a few whole numbers: one bin a value", () => {
    expect(profileNumbers([2, 4, 4, 6, Number.NaN])).toEqual({
      kind: "number",
      rows: 5,
      missing: 1,
      min: 2,
      max: 6,
      mean: 4,
      // sqrt((4 + 0 + 0 + 4) / 4)
      standardDeviation: Math.SQRT2,
      edges: [2, 4],
      counts: [1, 2, 1],
    });
  });

  it("cuts many values at their twentieths", () => {
    const profile = profileNumbers(Array.from({ length: 200 }, (_, i) => i + 0.5));

    // the 10th, 20th, … 190th smallest
    expect(profile.edges).toEqual(Array.from({ length: 19 }, (_, i) => (i + 1) * 10 - 0.5));
    expect(profile.counts).toEqual(new Array(20).fill(10));
  });

  it("gives each of 24 hours its bin, but not each of 33 whole numbers", () => {
    const whole = (count: number) => Array.from({ length: count * 3 }, (_, i) => i % count);

    expect(profileNumbers(whole(24)).counts).toHaveLength(24);
    expect(profileNumbers(whole(33)).counts.length).toBeLessThanOrEqual(20);
  });

  it("has distinct edges and no empty last bin where one value is frequent", () => {
    const values = [...Array.from({ length: 50 }, (_, i) => i / 2), ...new Array(500).fill(99)];

    const { edges, counts } = profileNumbers(values);

    expect(new Set(edges).size).toBe(edges.length);
    expect(counts.at(-1)).toBeGreaterThan(0);
    expect(edges).not.toContain(99);
  });

  it("counts into given edges", () => {
    expect(profileNumbers([1, 2, 3], [2]).counts).toEqual([2, 1]);
  });

  it("says null for a column without values", () => {
    expect(profileNumbers([Number.NaN, Number.POSITIVE_INFINITY])).toMatchObject({
      rows: 2,
      missing: 2,
      min: null,
      mean: null,
      standardDeviation: null,
      edges: [],
      counts: [0],
    });
  });

  it("gives each of 20 fractions its own bin, however uneven; 21 share quantiles", () => {
    const skewed = (distinct: number) =>
      Array.from({ length: distinct }, (_, i) => i + 0.5).concat(new Array(500).fill(0.5));

    expect(profileNumbers(skewed(20)).edges).toHaveLength(19);
    expect(profileNumbers(skewed(21)).edges).toEqual([0.5]);
  });

  it("loses no row and does not depend on their order", () => {
    fc.assert(
      fc.property(fc.array(fc.float(), { maxLength: 300 }), (values) => {
        const profile = profileNumbers(values);

        expect(profile.counts.reduce((a, b) => a + b, 0) + profile.missing).toBe(values.length);
        expect(profileNumbers([...values].reverse())).toEqual(profile);
      }),
    );
  });
});

describe("countIntoBins", () => {
  it("holds a value that equals an edge in the bin below it", () => {
    expect(countIntoBins([1, 2], [0, 1, 1.5, 2, 2.1, Number.NaN])).toEqual({
      counts: [2, 2, 1],
      missing: 1,
    });
  });

  it.each([[[2, 1]], [[1, 1]]])("fails on edges %j", (edges) => {
    expect(() => countIntoBins(edges, [1])).toThrow(InvalidInputError);
  });
});

describe("profileCategories", () => {
  it("orders by falling count, then by code unit", () => {
    expect(
      profileCategories(
        [
          ["b", 2],
          ["c", 5],
          ["a", 2],
        ],
        3,
      ),
    ).toEqual({
      kind: "category",
      rows: 12,
      missing: 3,
      distinct: 3,
      counts: [
        ["c", 5],
        ["a", 2],
        ["b", 2],
      ],
      other: 0,
    });
  });

  it("sums up what it does not name", () => {
    const many = Array.from({ length: CATEGORY_VALUES + 5 }, (_, i) => [`v${i}`, 2] as const);

    expect(profileCategories(many, 0)).toMatchObject({ distinct: 1_005, other: 10, rows: 2_010 });
  });
});
