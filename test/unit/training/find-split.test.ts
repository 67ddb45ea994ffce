import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FeatureBins } from "../../../core/training/boosting/feature-bins.ts";
import { findSplit } from "../../../core/training/boosting/find-split.ts";
import { histogramShape } from "../../../core/training/boosting/histogram.ts";
import { UNBOUND } from "../../../core/training/boosting/split-search.ts";

/** Gradient, hessian and rows of each bin; the first one is the missing bin. */
type Bins = readonly (readonly [number, number, number])[];

const free = {
  l1: 0,
  l2: 0,
  minLeafWeight: 1e-9,
  minLeafRows: 1,
  minGain: 0,
  categoryL2: 0,
  categorySmoothing: 0,
};

function bestSplit(kind: FeatureBins["kind"], bins: Bins, parameters = {}, bounds = UNBOUND) {
  const one = { kind, name: "x", binCount: bins.length } as FeatureBins;
  const total = (at: 0 | 1 | 2) => bins.reduce((sum, bin) => sum + bin[at], 0);
  return findSplit(
    Float64Array.from(bins.flat()),
    histogramShape([one]),
    [one],
    [0],
    { gradient: total(0), hessian: total(1), rows: total(2) },
    bounds,
    { ...free, ...parameters },
  );
}

function membersOf(bins: Bins, parameters = {}): readonly number[] {
  const split = bestSplit("category", bins, parameters)?.split;
  return split?.kind === "category" ? split.members : [];
}

const histograms = fc.array(
  fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.constant(5)),
  { minLength: 3, maxLength: 8 },
);

/** Highest gain over all ways to give each bin a side. */
function bestGain(bins: Bins, sides: readonly (readonly number[])[]): number {
  const all = [...bins.keys()];
  const value = (of: readonly number[]) => {
    const g = of.reduce((sum, bin) => sum + (bins[bin]?.[0] ?? 0), 0);
    const h = of.reduce((sum, bin) => sum + (bins[bin]?.[1] ?? 0), 0);
    return (g * g) / h;
  };
  const gains = sides
    .filter((left) => left.length > 0 && left.length < bins.length)
    .map((left) => value(left) + value(all.filter((bin) => !left.includes(bin))) - value(all));
  return Math.max(0, ...gains);
}

describe("findSplit", () => {
  it("equals the hand-computed gain and sums", () => {
    // left: 4^2 / 4 = 4, right: 6^2 / 4 = 9, together: 2^2 / 8 = 0.5
    const found = bestSplit("number", [
      [0, 0, 0],
      [-4, 4, 16],
      [6, 4, 16],
    ]);

    expect(found?.split).toMatchObject({ gain: 12.5, lastLeftBin: 1 });
    expect(found?.left).toEqual({ gradient: -4, hessian: 4, rows: 16 });
  });

  it("finds the best border and the better side for missing values", () => {
    fc.assert(
      fc.property(histograms, (bins) => {
        const numbers = [...bins.keys()].slice(1);
        const prefixes = numbers.map((last) => numbers.filter((bin) => bin <= last));
        const sides = [...prefixes, ...prefixes.map((prefix) => [0, ...prefix])];

        expect(bestSplit("number", bins)?.split.gain ?? 0).toBeCloseTo(bestGain(bins, sides), 9);
      }),
    );
  });

  it("sends missing values with the larger child where the leaf has none", () => {
    const split = (left: number) =>
      bestSplit("number", [
        [0, 0, 0],
        [-4, 4, left],
        [6, 4, 16],
      ])?.split;

    expect(split(20)).toMatchObject({ missingGoesLeft: true });
    expect(split(10)).toMatchObject({ missingGoesLeft: false });
  });

  it("finds the best of all sets of categories of at most half their number", () => {
    fc.assert(
      fc.property(histograms, (bins) => {
        const noneMissing: Bins = [[0, 0, 0], ...bins.slice(1)];
        const categories = [...noneMissing.keys()].slice(1);
        const half = Math.ceil(categories.length / 2);
        const sets = Array.from({ length: 2 ** categories.length }, (_, mask) =>
          categories.filter((_category, i) => (mask >> i) & 1),
        ).filter((set) => set.length <= half);

        const gain = bestSplit("category", noneMissing)?.split.gain ?? 0;

        expect(gain).toBeCloseTo(bestGain(noneMissing, sets), 9);
      }),
    );
  });

  it("orders as many categories as there may be", () => {
    const ratios = Array.from({ length: 255 }, (_, i) => ((i * 37) % 255) - 127);
    const bins: Bins = [[0, 0, 0], ...ratios.map((ratio) => [ratio, 1, 10] as const)];

    const lowest = ratios
      .flatMap((ratio, i) => (ratio < -127 + 32 ? [i + 1] : []))
      .toSorted((a, b) => a - b);
    expect(membersOf(bins)).toEqual(lowest);
  });

  it("orders categories without a hessian by their gradient, one without either in the middle", () => {
    const bins: Bins = [
      [0, 0, 0],
      [5, 0, 10],
      [-5, 0, 10],
      [-0, 0, 10],
      [2, 3, 10],
      [1, 3, 10],
    ];

    expect(membersOf(bins)).toEqual([2, 3, 5]);
  });

  it("never makes missing strings a member", () => {
    const members = membersOf([
      [-90, 9, 9],
      [1, 4, 16],
      [6, 4, 16],
    ]);

    expect(members).toHaveLength(1);
    expect(members).not.toContain(0);
  });

  it.each([
    ["minGain", { minGain: 12.5 }],
    ["minLeafRows", { minLeafRows: 17 }],
    ["minLeafWeight", { minLeafWeight: 4.5 }],
  ])("makes no split that %s forbids", (_name, parameters) => {
    const bins: Bins = [
      [0, 0, 0],
      [-4, 4, 16],
      [6, 4, 16],
    ];

    expect(bestSplit("number", bins, parameters)).toBeUndefined();
    expect(bestSplit("category", bins, parameters)).toBeUndefined();
    expect(bestSplit("number", bins)).toBeDefined();
    expect(bestSplit("category", bins)).toBeDefined();
  });

  it("leaves categories with fewer rows than categorySmoothing out of sets", () => {
    const bins: Bins = [
      [0, 0, 0],
      [-9, 4, 5],
      [-3, 4, 16],
      [6, 4, 16],
    ];

    expect(membersOf(bins)).toEqual([1, 2]);
    expect(membersOf(bins, { categorySmoothing: 10 })).not.toContain(1);
  });

  it("penalises categories, and the leaf that they split only by l2", () => {
    // left: 4^2 / (4 + 1 + 3) = 2, right: 6^2 / 8 = 4.5, the leaf: 2^2 / (8 + 1)
    const bins: Bins = [
      [0, 0, 0],
      [-4, 4, 16],
      [6, 4, 16],
    ];

    const found = bestSplit("category", bins, { l2: 1, categoryL2: 3 });

    expect(found?.split.gain).toBeCloseTo(2 + 4.5 - 4 / 9, 12);
    expect(found?.l2).toBe(4);
  });

  it.each([
    [1, undefined],
    [-1, 1],
    [0, 1],
  ])("lets numbers go in direction %d only", (direction, lastLeftBin) => {
    // A value of 1 on the left and -1.5 on the right falls.
    const bins: Bins = [
      [0, 0, 0],
      [-4, 4, 16],
      [6, 4, 16],
    ];

    const found = bestSplit("number", bins, { monotone: Int8Array.of(direction) })?.split;

    expect(found && "lastLeftBin" in found ? found.lastLeftBin : undefined).toBe(lastLeftBin);
  });

  it("counts what values within bounds are worth, before and after", () => {
    // Values 1, -1.5 and, of the leaf, -0.25. Not below -0.2: -(2 G v + H v^2) with v 1, -0.2, -0.2.
    const bins: Bins = [
      [0, 0, 0],
      [-4, 4, 16],
      [6, 4, 16],
    ];
    const bounds = { lower: -0.2, upper: 2 };
    const [left, right, leaf] = [4, 2.4 - 0.16, 0.8 - 0.32] as const;

    for (const kind of ["number", "category"] as const) {
      const found = bestSplit(kind, bins, { monotone: Int8Array.of(0) }, bounds);
      expect(found?.split.gain).toBeCloseTo(left + right - leaf, 12);
    }
  });
});
