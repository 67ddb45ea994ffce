import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MonotoneDirection } from "../../../../core/definition/parameters/scorecard.ts";
import { type BinningRule, optimalBins } from "../../../../core/training/scorecard/optimal-bins.ts";
import { mergeMasses } from "../../../../core/training/scorecard/sample.ts";
import {
  type ClassMass,
  informationOf,
  weightOfEvidence,
} from "../../../../core/training/scorecard/weight-of-evidence.ts";
import { fixture } from "./fixture.ts";

function ruleOf(prebins: readonly ClassMass[], more: Partial<BinningRule> = {}): BinningRule {
  const totals = {
    good: prebins.reduce((sum, { good }) => sum + good, 0),
    bad: prebins.reduce((sum, { bad }) => sum + bad, 0),
  };
  return { totals, smoothing: 10, thinBelow: 0, minBinWeight: 0, maxBins: 20, ...more };
}

const merge = (prebins: readonly ClassMass[], ends: readonly number[]) =>
  mergeMasses(
    prebins.map(({ good }) => good),
    prebins.map(({ bad }) => bad),
    ends,
  );

const information = (prebins: readonly ClassMass[], ends: readonly number[], rule: BinningRule) =>
  merge(prebins, ends).reduce((sum, mass) => sum + informationOf(mass, rule), 0);

const evidence = (prebins: readonly ClassMass[], ends: readonly number[], rule: BinningRule) =>
  merge(prebins, ends).map((mass) => weightOfEvidence(mass, rule));

/** good : bad of neighbours: worse, better, worse than that, best. */
const zigzag = [
  { good: 10, bad: 10 },
  { good: 20, bad: 10 },
  { good: 15, bad: 10 },
  { good: 40, bad: 10 },
];

describe("optimalBins", () => {
  it("finds the bins that trying everything finds", () => {
    for (const { good, bad, allGood, allBad, direction, ...one } of fixture.binning) {
      const prebins = good.map((mass, i) => ({ good: mass, bad: bad[i] as number }));
      const { maxBins, minBinWeight } = one;
      const rule = {
        totals: { good: allGood, bad: allBad },
        smoothing: fixture.smoothing,
        thinBelow: minBinWeight,
        minBinWeight,
        maxBins,
      };

      const ends = optimalBins(prebins, rule, direction);

      expect(ends).toEqual(one.ends);
      expect(information(prebins, ends, rule)).toBeCloseTo(one.informationValue, 9);
    }
    expect(fixture.binning.length).toBeGreaterThan(30);
  });

  it("joins the neighbours that run the wrong way", () => {
    expect(optimalBins(zigzag, ruleOf(zigzag), "ascending")).toEqual([1, 3, 4]);
    expect(optimalBins(zigzag, ruleOf(zigzag), "none")).toEqual([1, 2, 3, 4]);
  });

  it("takes the direction with more information, and one bin where neither has any", () => {
    const falling = zigzag.toReversed();
    const flat = [
      { good: 10, bad: 5 },
      { good: 20, bad: 10 },
    ];

    expect(optimalBins(zigzag, ruleOf(zigzag), "auto")).toEqual([1, 3, 4]);
    expect(optimalBins(falling, ruleOf(falling), "auto")).toEqual([1, 3, 4]);
    expect(optimalBins(falling, ruleOf(falling), "ascending")).toEqual([4]);
    expect(optimalBins(flat, ruleOf(flat), "none")).toEqual([2]);
  });

  it("keeps to the number of bins and to their least weight", () => {
    expect(optimalBins(zigzag, ruleOf(zigzag, { maxBins: 2 }), "ascending")).toEqual([3, 4]);
    expect(optimalBins(zigzag, ruleOf(zigzag, { maxBins: 1 }), "ascending")).toEqual([4]);
    expect(optimalBins(zigzag, ruleOf(zigzag, { minBinWeight: 20 }), "ascending")).toEqual([
      1, 3, 4,
    ]);
    expect(optimalBins(zigzag, ruleOf(zigzag, { minBinWeight: 21 }), "ascending")).toEqual([3, 4]);
    expect(optimalBins(zigzag, ruleOf(zigzag, { minBinWeight: 1000 }), "auto")).toEqual([4]);
  });

  it("runs one way and is not beaten by any other cut, whatever the prebins", () => {
    const prebin = fc.record({ good: fc.nat(30), bad: fc.nat(30) });
    const directions = fc.constantFrom<MonotoneDirection>("ascending", "descending", "none");
    fc.assert(
      fc.property(
        fc.array(prebin, { minLength: 1, maxLength: 12 }),
        directions,
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.boolean(), { minLength: 11, maxLength: 11 }),
        (prebins, direction, maxBins, cuts) => {
          const rule = ruleOf([...prebins, { good: 3, bad: 3 }], { maxBins });
          const isAllowed = (ends: readonly number[]) =>
            ends.length <= maxBins && runs(evidence(prebins, ends, rule), direction);
          const other = [...cuts.keys()].filter((i) => cuts[i] && i + 1 < prebins.length);
          const otherEnds = [...other.map((i) => i + 1), prebins.length];

          const ends = optimalBins(prebins, rule, direction);

          expect(isAllowed(ends)).toBe(true);
          if (!isAllowed(otherEnds)) return;
          expect(information(prebins, otherEnds, rule)).toBeLessThanOrEqual(
            information(prebins, ends, rule) + 1e-9,
          );
        },
      ),
      { numRuns: 400 },
    );
  });
});

function runs(values: readonly number[], direction: MonotoneDirection): boolean {
  const sign = { ascending: 1, descending: -1, none: 0, auto: 0 }[direction];
  return values.slice(1).every((value, i) => sign * (value - (values[i] as number)) > -1e-15);
}
