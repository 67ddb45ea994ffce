import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selectNth } from "../../../../core/training/boosting/select-nth.ts";

const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }));

describe("selectNth", () => {
  it("gives what sorting gives, and parts the values there", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 80 }), fc.nat(), (array, seed) => {
        const n = seed % array.length;
        const values = Float64Array.from(array, (one) => one + 0);
        const sorted = values.slice().sort();

        expect(selectNth(values, n)).toBe(sorted[n]);
        expect(Math.max(...values.subarray(0, n), -Infinity)).toBeLessThanOrEqual(
          sorted[n] as number,
        );
        expect(Math.min(...values.subarray(n), Infinity)).toBe(sorted[n]);
        expect(values.sort()).toEqual(sorted);
      }),
      { numRuns: 300 },
    );
  });
});
