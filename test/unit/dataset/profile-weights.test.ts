import { describe, expect, it } from "vitest";
import { profileNumbers } from "../../../core/dataset/profile.ts";
import { profileWeights } from "../../../core/dataset/profile-weights.ts";
import { sortedProfiler } from "../../../core/dataset/sorted-profiler.ts";

describe("profileWeights", () => {
  it("counts a row for those that it stands for, and all for the effective sample size", () => {
    const weights = profileWeights([
      { stratum: 0, rows: 900, kept: 100 },
      { stratum: 1, rows: 100, kept: 100 },
      { stratum: 2, rows: 3, kept: 0 },
    ]);

    // 1000^2 / (900^2 / 100 + 100^2 / 100) = 121.951 rows, of which nine tenths are of class 0
    const [none = 0, one = 0] = weights.values();
    expect([...weights.keys()]).toEqual([0, 1]);
    expect(100 * (none + one)).toBeCloseTo(121.951, 3);
    expect(none / one).toBeCloseTo(9, 4);
    // sums of them are exact
    expect(none * 2 ** 20).toBe(Math.round(none * 2 ** 20));
  });

  it("is nothing where every row stands for as many, and never 0", () => {
    const strata = [
      { stratum: 0, rows: 80, kept: 20 },
      { stratum: 1, rows: 40, kept: 10 },
    ];
    const rare = profileWeights([
      { stratum: 0, rows: 1e9, kept: 1 },
      { stratum: 1, rows: 1, kept: 1 },
    ]);

    expect(profileWeights([])).toEqual(new Map());
    expect(profileWeights(strata)).toEqual(new Map());
    expect(rare.get(1)).toBe(2 ** -20);
  });
});

describe("a profile of weighted values", () => {
  it("is that of the values as often as they count", () => {
    const counts = [
      [1, 1.5],
      [2, 0.25],
      [4, 2.25],
    ] as const;
    const profiler = sortedProfiler({ rows: 5, finite: 4 });
    for (const [value, count] of counts) profiler.add(value, count);
    for (const [value, count] of counts) profiler.addAgain(value, count);

    // mean (1.5 + 0.5 + 9) / 4; as often, four times over
    const wanted = profileNumbers([1, 1, 1, 1, 1, 1, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4]);
    const found = profiler.profile();
    expect(found).toMatchObject({ rows: 5, missing: 1, mean: 2.75, counts: [1.5, 0.25, 2.25] });
    expect(found.standardDeviation).toBeCloseTo(wanted.standardDeviation as number, 12);
    expect(found.edges).toEqual(wanted.edges);
  });
});
