import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawAscending, seededRandom } from "../../../core/training/random.ts";

const draw = (seed: number, count: number, wanted: number) => {
  const into = new Uint32Array(wanted);
  drawAscending(seededRandom(seed), count, wanted, into);
  return [...into];
};

const increment = (counts: Float64Array, at: number) => {
  counts[at] = (counts[at] as number) + 1;
};

describe("seededRandom", () => {
  const first = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 8 }, () => random.nextUint32());
  };

  it("repeats itself for one seed and differs between seeds, high bits included", () => {
    expect(first(7)).toEqual(first(7));
    expect(first(7)).not.toEqual(first(8));
    expect(first(7)).not.toEqual(first(7 + 2 ** 40));
  });

  it("spreads evenly: 16 equal bins of 160,000 draws are within 3% of each other", () => {
    const random = seededRandom(1);
    const bins = new Float64Array(16);
    for (let i = 0; i < 160_000; i++) increment(bins, random.nextUint32() >>> 28);

    for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(300);
  });
});

describe("drawAscending", () => {
  it("gives distinct numbers of the range in ascending order", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), fc.nat(), (seed, count, nat) => {
        const wanted = nat % (count + 1);

        const drawn = draw(seed, count, wanted);

        expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
        expect(drawn.every((value) => value < count)).toBe(true);
      }),
    );
  });

  it("draws each number equally often", () => {
    const random = seededRandom(3);
    const counts = new Float64Array(10);
    const into = new Uint32Array(3);
    for (let i = 0; i < 20_000; i++) {
      drawAscending(random, 10, 3, into);
      for (const value of into) increment(counts, value);
    }

    for (const count of counts) expect(Math.abs(count - 6_000)).toBeLessThan(300);
  });
});
