import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InvalidInputError } from "../../../../core/errors.ts";
import { frameOf, numbers, shares, strings } from "../frames.ts";
import { BINARY, classesOf, EXACT, numberFrame, REGRESSION, train } from "./train.ts";

const next = shares(9);
const rows = frameOf(
  [
    numbers(
      "x",
      Array.from({ length: 300 }, () => (next() < 0.2 ? Number.NaN : next())),
    ),
    strings(
      "s",
      Array.from({ length: 300 }, () =>
        next() < 0.1 ? null : ("abc"[Math.floor(next() * 3)] as string),
      ),
    ),
    numbers("constant", new Array(300).fill(4)),
  ],
  Array.from({ length: 300 }, () => Math.floor(next() * 3)),
);
const contributions = (model: ReturnType<typeof train>, frame = rows) =>
  model.contributions?.(frame) as Float64Array;

describe("contributions of linear models", () => {
  it("are coefficient times distance from the mean: 3.5 (x - 1), the mean 4 last", () => {
    const frame = numberFrame([numbers("x", [0, 1, 2])], [1, 3, 8]);
    const model = train(REGRESSION, frame, { ...EXACT, l2: 0 });

    const found = contributions(model, frame);

    [-3.5, 4, 0, 4, 3.5, 4].forEach((value, i) => {
      expect(found[i]).toBeCloseTo(value, 9);
    });
  });

  it("add up to each raw score, and to the mean score over training rows", () => {
    const seeds = fc.record({
      task: fc.constantFrom(classesOf(3), { type: "regression" as const, quantiles: [0.2, 0.8] }),
      encoding: fc.constantFrom("one-hot" as const, "target" as const),
      l1: fc.constantFrom(0, 2),
      weighted: fc.boolean(),
    });
    fc.assert(
      fc.property(seeds, ({ task, encoding, l1, weighted }) => {
        const weights = Float64Array.from({ length: 300 }, (_, i) => (weighted ? 1 + (i % 4) : 1));
        const model = train(task, { ...rows, weights }, { encoding, l1 });
        const scores = model.scores(rows);
        const found = contributions(model);

        expect(found).toHaveLength(scores.length * 4);
        scores.forEach((score, i) => {
          const [x, s, constant, expected] = found.subarray(
            i * 4,
            i * 4 + 4,
          ) as unknown as number[];
          expect(Math.abs((x ?? 0) + (s ?? 0) + (expected ?? 0) - score)).toBeLessThan(1e-9);
          expect(constant).toBeCloseTo(0, 12);
        });
        if (encoding === "target") return; // training rows had numbers of other folds
        const total = weights.reduce((a, b) => a + b);
        for (let k = 0; k < 3; k++) {
          const mean = weights.reduce(
            (sum, w, row) => sum + w * (scores[row * 3 + k] as number),
            0,
          );
          expect(found[k * 4 + 3]).toBeCloseTo(mean / total, 9);
        }
      }),
      { numRuns: 16 },
    );
  });

  it("fail on columns of another model", () => {
    const model = train(BINARY, { ...rows, labels: rows.labels.map((y) => y % 2) });

    const renamed = { ...rows, columns: rows.columns.map((c) => ({ ...c, name: `${c.name}_` })) };

    expect(() => contributions(model, renamed)).toThrow(InvalidInputError);
    expect(() => model.scores(renamed)).toThrow(InvalidInputError);
  });
});

describe("the summary of a linear model", () => {
  const summary = train(BINARY, { ...rows, labels: rows.labels.map((y) => y % 2) }).summary;

  it("has importances, the mean size of each input's contributions, highest first", () => {
    const model = train(classesOf(3), rows);
    const found = contributions(model);
    const sizes = [0, 1, 2].map((input) => {
      let sum = 0;
      for (let i = input; i < found.length; i += 4) sum += Math.abs(found[i] as number);
      return sum / 900;
    });

    const importances = model.summary.importances as { feature: string; importance: number }[];

    for (const { feature, importance } of importances) {
      expect(importance).toBeCloseTo(sizes[["x", "s", "constant"].indexOf(feature)] as number, 9);
    }
    const values = importances.map(({ importance }) => importance);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(importances.at(-1)).toEqual({ feature: "constant", importance: 0 });
  });

  it("has the coefficients, and how far those of strings reach", () => {
    expect(summary.terms).toMatchObject([
      { feature: "x", coefficients: [expect.any(Number)] },
      { feature: "s", strings: 3, lowest: [expect.any(Number)], highest: [expect.any(Number)] },
      { feature: "constant", coefficients: [0] },
    ]);
    expect(summary.intercepts).toHaveLength(1);
  });

  it("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });
});
