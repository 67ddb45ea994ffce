import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binOfNumber, findBorders } from "../../../core/training/boosting/number-bins.ts";
import { sortFloats } from "../../../core/training/boosting/sort-floats.ts";

const float32 = fc.float({ noNaN: true });
const columns = fc.array(fc.oneof(float32, fc.constant(Number.NaN)), { maxLength: 60 });

describe("findBorders", () => {
  it("puts borders into the middle of neighbouring values", () => {
    expect([...findBorders(Float32Array.of(4, 1, 2, 2, Number.NaN), 255)]).toEqual([1.5, 3]);
  });

  it("gives a value that half of the rows have a bin of its own", () => {
    const values = Float32Array.from([...new Array(50).fill(7), ...Array(50).keys()]);

    const borders = [...findBorders(values, 6)];

    expect(borders).toContain(6.5);
    expect(borders).toContain(7.5);
  });

  it("separates distinct values exactly while there are bins for all", () => {
    fc.assert(
      fc.property(columns, (column) => {
        const values = Float32Array.from(column);
        const distinct = [...new Set([...values].filter((v) => !Number.isNaN(v)))];

        const borders = findBorders(values, 255);
        const bins = new Set(distinct.map((value) => binOfNumber(borders, value)));

        expect(bins.size).toBe(distinct.length);
      }),
    );
  });

  it("looks at 200,000 rows of more, one of each part", () => {
    const values = new Float32Array(400_000);

    values[1] = 1;
    expect(findBorders(values, 255)).toHaveLength(0);
    values[0] = 1;
    expect([...findBorders(values, 255)]).toEqual([0.5]);
  });

  it("finds every value of a cycle that the parts are in step with", () => {
    const values = Float32Array.from({ length: 24 * 200_000 }, (_, row) => row % 24);

    expect(findBorders(values, 255)).toHaveLength(23);
  });

  it("sorts negative numbers, infinities and both zeros as numbers", () => {
    const values = Float32Array.of(2, -0, -3, Infinity, 0, -1e-40, -Infinity, NaN, 1e30);

    expect(findBorders(values, 255)).toHaveLength(6);
    expect([...sortFloats(values)]).toEqual(
      [-Infinity, -3, -1e-40, 0, 0, 2, 1e30, Infinity].map(Math.fround),
    );
  });

  it("gives ascending borders, fewer than bins, and no bin is empty", () => {
    fc.assert(
      fc.property(columns, fc.integer({ min: 2, max: 12 }), (column, maxBins) => {
        const values = Float32Array.from(column);

        const borders = findBorders(values, maxBins);

        expect(borders.length).toBeLessThan(maxBins);
        expect([...borders]).toEqual([...new Set(borders)].sort((a, b) => a - b));
        const filled = new Set(Array.from(values, (value) => binOfNumber(borders, value)));
        filled.delete(0);
        if (filled.size > 0) expect(filled.size).toBe(borders.length + 1);
      }),
    );
  });

  it("keeps bins about equally full", () => {
    const values = Float32Array.from({ length: 10_000 }, (_, i) => Math.sqrt(i));

    const borders = findBorders(values, 100);
    const counts = new Float64Array(101);
    for (const value of values) {
      const bin = binOfNumber(borders, value);
      counts[bin] = (counts[bin] as number) + 1;
    }

    expect(Math.max(...counts.slice(1))).toBeLessThanOrEqual(110);
    expect(Math.min(...counts.slice(1))).toBeGreaterThanOrEqual(90);
  });
});

describe("binOfNumber", () => {
  it("counts the borders below a value, and NaN is bin 0", () => {
    const borders = Float32Array.of(1, 2);

    expect([-Infinity, 1, 1.5, 2, 3, Infinity].map((v) => binOfNumber(borders, v))).toEqual([
      1, 1, 2, 2, 3, 3,
    ]);
    expect(binOfNumber(borders, Number.NaN)).toBe(0);
  });
});
