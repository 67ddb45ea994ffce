import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  calibrationTable,
  expectedCalibrationError,
} from "../../../core/evaluation/calibration.ts";

const rowsOf = (pairs: readonly (readonly [label: number, score: number])[]) => ({
  labels: Uint8Array.from(pairs, ([label]) => label),
  scores: Float64Array.from(pairs, ([, score]) => score),
});

describe("calibrationTable", () => {
  it("equals the hand-computed table of four rows in two bins", () => {
    const rows = rowsOf([
      [1, 0.75],
      [0, 0.25],
      [0, 0.125],
      [1, 0.875],
    ]);

    const table = calibrationTable(rows, 2);

    expect(table).toEqual([
      { rows: 2, meanScore: 0.1875, sharePositive: 0 },
      { rows: 2, meanScore: 0.8125, sharePositive: 1 },
    ]);
    // (2 * 0.1875 + 2 * 0.1875) / 4
    expect(expectedCalibrationError(table)).toBe(0.1875);
  });

  it("makes ten bins of a tenth where scores differ", () => {
    const rows = rowsOf(Array.from({ length: 1_000 }, (_, i) => [i % 2, i / 1_000] as const));

    expect(calibrationTable(rows).map((bin) => bin.rows)).toEqual(new Array(10).fill(100));
  });

  it("never parts equal scores", () => {
    const rows = rowsOf([
      [0, 0.25],
      [1, 0.25],
      [1, 0.25],
      [0, 0.25],
      [1, 0.5],
    ]);

    expect(calibrationTable(rows, 5)).toEqual([
      { rows: 4, meanScore: 0.25, sharePositive: 0.5 },
      { rows: 1, meanScore: 0.5, sharePositive: 1 },
    ]);
  });

  it("holds every row once, by rising score, whatever their order", () => {
    const pair = fc.tuple(
      fc.nat(1),
      fc.integer({ min: 0, max: 64 }).map((n) => n / 64),
    );
    fc.assert(
      fc.property(
        fc.array(pair, { minLength: 1 }),
        fc.integer({ min: 1, max: 12 }),
        (pairs, bins) => {
          const table = calibrationTable(rowsOf(pairs), bins);

          expect(table.reduce((sum, { rows }) => sum + rows, 0)).toBe(pairs.length);
          expect(table.length).toBeLessThanOrEqual(bins);
          const means = table.map(({ meanScore }) => meanScore);
          expect(means).toEqual(means.toSorted((a, b) => a - b));
          expect(calibrationTable(rowsOf(pairs.toReversed()), bins)).toEqual(table);
        },
      ),
    );
  });
});

describe("expectedCalibrationError", () => {
  it("is 0 for scores that are the shares", () => {
    expect(expectedCalibrationError([{ rows: 7, meanScore: 0.25, sharePositive: 0.25 }])).toBe(0);
  });
});
