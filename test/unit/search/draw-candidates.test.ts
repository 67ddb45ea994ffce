import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { searchSchema } from "../../../core/definition/search-schema.ts";
import { drawCandidates } from "../../../core/search/draw-candidates.ts";

/** Values of one parameter over many drawn candidates. */
function valuesOf(space: unknown, seed = 1, candidates = 40): readonly unknown[] {
  const search = searchSchema.parse({
    candidates,
    families: [{ family: "gradient-boosting", parameters: { l2: space } }],
  });
  return drawCandidates(search, seed).map(({ parameters }) => parameters.l2);
}

describe("drawCandidates", () => {
  it("keeps a range's bounds, on either scale, and whole numbers whole", () => {
    const bounds = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 50 }));
    const scale = fc.constantFrom("linear", "log");
    fc.assert(
      fc.property(bounds, scale, fc.boolean(), fc.nat(), ([from, width], along, whole, seed) => {
        for (const value of valuesOf({ from, to: from + width, scale: along, whole }, seed)) {
          expect(value).toBeGreaterThanOrEqual(from);
          expect(value).toBeLessThanOrEqual(from + width);
          if (whole) expect(Number.isInteger(value)).toBe(true);
        }
      }),
    );
  });

  it("draws the same whatever order the parameters are written in", () => {
    const drawn = (parameters: object) => {
      const families = [{ family: "gradient-boosting", parameters }];
      return drawCandidates(searchSchema.parse({ candidates: 3, families }), 1);
    };
    const [leaves, l2] = [
      { from: 4, to: 64, whole: true },
      { from: 0, to: 9 },
    ];

    expect(drawn({ leaves, l2 })).toEqual(drawn({ l2, leaves }));
  });

  it("reaches both ends of whole numbers, and every one of several", () => {
    expect(new Set(valuesOf({ from: 1, to: 3, whole: true }))).toEqual(new Set([1, 2, 3]));
    expect(new Set(valuesOf({ from: 1, to: 3, whole: true, scale: "log" }))).toEqual(
      new Set([1, 2, 3]),
    );
    expect(new Set(valuesOf({ oneOf: [0, 10] }))).toEqual(new Set([0, 10]));
  });

  it("draws half below the geometric mean on a log scale, the arithmetic one on a linear", () => {
    const share = (values: readonly unknown[], limit: number) =>
      values.filter((value) => Number(value) < limit).length / values.length;

    expect(share(valuesOf({ from: 1, to: 10_000, scale: "log" }), 100)).toBeCloseTo(0.5, 0);
    expect(share(valuesOf({ from: 1, to: 10_000 }), 100)).toBeLessThan(0.1);
  });

  it("leaves values as they are: numbers, lists, and records of columns", () => {
    expect(valuesOf(0.5, 1, 1)).toEqual([0.5]);
    expect(valuesOf([["a", "b"]], 1, 1)).toEqual([[["a", "b"]]]);
    expect(valuesOf({ age: 1 }, 1, 1)).toEqual([{ age: 1 }]);
  });

  it("changes with the seed, and with nothing else", () => {
    const range = { from: 0, to: 1 };

    expect(valuesOf(range, 1)).toEqual(valuesOf(range, 1));
    expect(valuesOf(range, 1)).not.toEqual(valuesOf(range, 2));
  });
});
