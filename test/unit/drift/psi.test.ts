import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chanceLimit } from "../../../core/drift/chance-limit.ts";
import { psi } from "../../../core/drift/psi.ts";
import { InvalidInputError } from "../../../core/errors.ts";

describe("psi", () => {
  it("equals the hand-computed value for a 50/50 to 70/30 shift", () => {
    // 0.2*ln(1.4) - 0.2*ln(0.6)
    expect(psi([50, 50], [70, 30], 0)).toBeCloseTo(0.16945957, 8);
  });

  it("is non-negative, symmetric and zero on itself", () => {
    const histogram = fc.array(fc.nat(1_000), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(histogram, histogram, (a, b) => {
        const k = Math.min(a.length, b.length);
        const p = a.slice(0, k).concat(1);
        const q = b.slice(0, k).concat(1);
        expect(psi(p, q)).toBeGreaterThanOrEqual(0);
        expect(psi(p, q)).toBeCloseTo(psi(q, p), 10);
        expect(psi(p, p)).toBe(0);
      }),
    );
  });

  it("moves when smoothing moves, so the documented parameter is real", () => {
    expect(psi([0, 10], [10, 0], 0.5)).not.toBeCloseTo(psi([0, 10], [10, 0], 2), 3);
  });

  it.each([
    ["different bins", [1, 2], [1, 2, 3], 0.5],
    ["one bin", [1], [1], 0.5],
    ["a negative count", [1, -2], [1, 2], 0.5],
    ["a count that is not finite", [1, 2], [1, Number.NaN], 0.5],
    ["an empty side", [0, 0], [1, 2], 0.5],
    ["an empty bin without smoothing", [1, 0], [1, 2], 0],
    ["negative smoothing", [1, 1], [1, 2], -1],
  ])("fails on %s", (_name, reference, current, smoothing) => {
    expect(() => psi(reference, current, smoothing)).toThrow(InvalidInputError);
  });
});

describe("chanceLimit", () => {
  const limits = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../fixtures/evaluation/chance-limits.json"), "utf8"),
  ) as readonly Readonly<Record<"bins" | "referenceRows" | "currentRows" | "limit", number>>[];

  it.each(limits)("is within 4% of SciPy's quantile: $bins bins, $currentRows rows", (wanted) => {
    const limit = chanceLimit(wanted.bins, wanted.referenceRows, wanted.currentRows);

    expect(Math.abs(limit / wanted.limit - 1)).toBeLessThan(0.04);
  });

  it("falls as the window grows", () => {
    expect(chanceLimit(20, 1e6, 10_000)).toBeLessThan(chanceLimit(20, 1e6, 200) / 40);
  });

  it.each([
    ["one bin", 1, 10, 10],
    ["no reference", 2, 0, 10],
    ["no window", 2, 10, 0],
  ])("fails on %s", (_name, bins, reference, current) => {
    expect(() => chanceLimit(bins, reference, current)).toThrow(InvalidInputError);
  });
});
