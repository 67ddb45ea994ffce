import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { floatBits, mix32, textHash } from "../../../core/sketch/hash32.ts";
import {
  meanOf,
  mergeMoments,
  momentsAdder,
  NO_MOMENTS,
  squaredDeviations,
  standardDeviationOf,
} from "../../../core/sketch/moments.ts";
import {
  mergeQuantiles,
  QUANTILE_ERROR,
  quantileCounter,
  quantileOf,
} from "../../../core/sketch/quantiles.ts";
import {
  distinctOf,
  KEPT_VALUES,
  mergeValues,
  mostFrequent,
  valueCounter,
} from "../../../core/sketch/values.ts";

const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 40 });
const hashOf = (value: number) => mix32(floatBits(value));

const momentsOf = (values: readonly number[]) => {
  const adder = momentsAdder();
  for (const value of values) adder.add(value);
  return adder.moments();
};
const quantilesOf = (values: readonly number[]) => {
  const counter = quantileCounter();
  for (const value of values) counter.add(value);
  return counter.sketch();
};
const valuesOf = (values: readonly number[]) => {
  const counter = valueCounter(hashOf);
  for (const value of values) counter.add(value);
  return counter.sketch();
};

describe("sketches of parts, merged in any order", () => {
  it("are the sketch of the whole, byte for byte", () => {
    fc.assert(
      fc.property(floats, floats, floats, (a, b, c) => {
        const whole = [...a, ...b, ...c].map((value) => value + 0);
        const [x, y, z] = [a, b, c].map((part) => part.map((value) => value + 0));
        if (!x || !y || !z) return;
        expect(mergeMoments(momentsOf(z), mergeMoments(momentsOf(x), momentsOf(y)))).toEqual(
          momentsOf(whole),
        );
        expect(
          mergeQuantiles(quantilesOf(z), mergeQuantiles(quantilesOf(x), quantilesOf(y))),
        ).toEqual(quantilesOf(whole));
        expect(
          mergeValues(valuesOf(z), mergeValues(valuesOf(x), valuesOf(y), hashOf), hashOf),
        ).toEqual(valuesOf(whole));
      }),
      { numRuns: 60 },
    );
  });

  it("are so beyond the values that are kept, too", () => {
    const whole = Array.from({ length: 30_000 }, (_, i) => i % 20_000);
    const parts = [whole.slice(0, 9_000), whole.slice(9_000, 10_000), whole.slice(10_000)];
    const merged = parts.map(valuesOf).reduceRight((a, b) => mergeValues(b, a, hashOf));

    expect(merged).toEqual(valuesOf(whole));
    expect(merged.values).toHaveLength(KEPT_VALUES);
    for (const [value, count] of merged.values) expect(count).toBe(value < 10_000 ? 2 : 1);
    expect(Math.abs(distinctOf(merged, hashOf) / 20_000 - 1)).toBeLessThan(0.05);
    expect(mostFrequent(merged, 3)).toEqual([]);
  });
});

describe("moments", () => {
  it("equal the hand-computed ones of four numbers", () => {
    const moments = momentsOf([5, 1, -2, 2]);

    expect(moments).toMatchObject({ count: 4, min: -2, max: 5 });
    expect(meanOf(moments)).toBe(1.5);
    expect(squaredDeviations(moments)).toBe(25);
    expect(standardDeviationOf(moments)).toBe(2.5);
  });

  it("lose nothing between the largest, the smallest and their opposites", () => {
    const tiny = 2 ** -149;
    const huge = Math.fround(3.4e38);

    expect(meanOf(momentsOf([huge, tiny, -huge]))).toBe(tiny / 3 === 0 ? 0 : tiny / 3);
    expect(meanOf(momentsOf([huge, huge]))).toBe(huge);
    // The formula of floats, squares less squared mean, gives 0 here.
    expect(squaredDeviations(momentsOf([16_777_215, 16_777_214]))).toBe(0.5);
  });

  it("are exact for more numbers than a cell holds", () => {
    const adder = momentsAdder();
    adder.add(16_777_215, 2 ** 28);
    adder.add(-1, 1);
    adder.add(16_777_215, 2 ** 28 - 1);

    expect(adder.moments()).toMatchObject({
      count: 2 ** 29,
      sum: String((16_777_215n * (2n ** 29n - 1n) - 1n) << 149n),
    });
  });

  it("of no number has no mean and no deviation", () => {
    expect(momentsOf([])).toEqual(NO_MOMENTS);
    expect([meanOf(NO_MOMENTS), standardDeviationOf(NO_MOMENTS)]).toEqual([null, null]);
    expect(squaredDeviations(NO_MOMENTS)).toBe(0);
    expect(mergeMoments(momentsOf([1]), NO_MOMENTS)).toEqual(momentsOf([1]));
  });
});

describe("quantiles", () => {
  it("are within the stated share of the exact ones", () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0, 0.01, 0.25, 0.5, 0.9, 1),
        (values, share) => {
          const exact = values.toSorted((a, b) => a - b)[
            Math.max(1, Math.ceil(share * values.length)) - 1
          ] as number;
          const found = quantileOf(quantilesOf(values), share) as number;
          expect(Math.abs(found - exact)).toBeLessThanOrEqual(
            Math.abs(exact) * QUANTILE_ERROR + 2 ** -126,
          );
        },
      ),
    );
  });

  it("of nothing are none, and of zeros zero", () => {
    expect(quantileOf([], 0.5)).toBeNull();
    expect(quantileOf(quantilesOf([0, -0, 0]), 0.5)).toBe(0);
  });
});

describe("values", () => {
  it("are counted exactly while they are few", () => {
    const counter = valueCounter(textHash);
    for (const text of ["a", "b", "a", "c"]) counter.add(text);
    counter.add("b", 5);
    const sketch = counter.sketch();

    expect(distinctOf(sketch, textHash)).toBe(3);
    expect(mostFrequent(sketch, 2)).toEqual([
      ["b", 6],
      ["a", 2],
    ]);
    const colliding = valueCounter<string>(() => 7);
    for (const text of ["b", "a"]) colliding.add(text);
    expect(colliding.sketch().values).toEqual([
      ["a", 1],
      ["b", 1],
    ]);
    expect(mostFrequent(valuesOf([2, 1]), 2)).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });
});

describe("values that hash alike", () => {
  it("keep their own order", () => {
    const counter = valueCounter<string>(() => 7);
    for (const value of ["b", "a", "c"]) counter.add(value);

    expect(counter.sketch().values.map(([value]) => value)).toEqual(["a", "b", "c"]);
  });
});

describe("moments of numbers far below zero", () => {
  it("are exact", () => {
    const [a, b] = [Math.fround(-1e30), Math.fround(-3e30)];

    expect(meanOf(momentsOf([a, b]))).toBe((a + b) / 2);
    expect(standardDeviationOf(momentsOf([-1, -3]))).toBe(1);
    expect(standardDeviationOf(NO_MOMENTS)).toBeNull();
  });
});
