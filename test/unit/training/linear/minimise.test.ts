import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minimise } from "../../../../core/training/linear/minimise.ts";
import { shares } from "../frames.ts";

interface Term {
  readonly centre: number;
  readonly weight: number;
  readonly curvature: number;
  readonly l1: number;
}

const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
const terms = fc.array(
  fc.record({
    centre: fc.double({ min: -5, max: 5, noNaN: true }),
    weight: positive,
    curvature: positive,
    l1: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 50, noNaN: true })),
  }),
  { minLength: 1, maxLength: 8 },
);

/** Sum of weight / 2 * (x - centre)^2. */
const bowl = (of: readonly Term[]) => (point: Float64Array, gradient: Float64Array) =>
  of.reduce((sum, { centre, weight }, i) => {
    const distance = (point[i] as number) - centre;
    gradient[i] = weight * distance;
    return sum + (weight / 2) * distance * distance;
  }, 0);

/** Half the squares of matrix * x - target. */
const halfSquares =
  (matrix: readonly (readonly number[])[], target: readonly number[]) =>
  (point: Float64Array, gradient: Float64Array) => {
    gradient.fill(0);
    return matrix.reduce((sum, row, i) => {
      const error = row.reduce((all, a, j) => all + a * (point[j] as number), 0) - (target[i] ?? 0);
      row.forEach((a, j) => {
        gradient[j] = (gradient[j] as number) + a * error;
      });
      return sum + (error * error) / 2;
    }, 0);
  };

const curvatureOf = (of: readonly Term[]) => Float64Array.from(of, ({ curvature }) => curvature);

describe("minimise", () => {
  it("finds the minimum of any convex quadratic, whatever the preconditioner", () => {
    fc.assert(
      fc.property(terms, (of) => {
        const { point, converged } = minimise(
          bowl(of),
          new Float64Array(of.length),
          curvatureOf(of),
          { tolerance: 1e-7, maxIterations: 500 },
        );

        expect(converged).toBe(true);
        of.forEach(({ centre }, i) => {
          expect(point[i]).toBeCloseTo(centre, 4);
        });
      }),
    );
  });

  it("finds the soft threshold of any centre where absolute values are added", () => {
    fc.assert(
      fc.property(terms, (of) => {
        const { point, converged } = minimise(
          bowl(of),
          new Float64Array(of.length),
          curvatureOf(of),
          { tolerance: 1e-7, maxIterations: 500, l1: Float64Array.from(of, ({ l1 }) => l1) },
        );

        expect(converged).toBe(true);
        of.forEach(({ centre, weight, l1 }, i) => {
          const size = Math.max(Math.abs(centre) - l1 / weight, 0);
          expect(point[i]).toBeCloseTo(Math.sign(centre) * size, 4);
        });
      }),
    );
  });

  it("adds the absolute values to the value: 0.5 (x - 3)^2 + |x| is 2.5 at its minimum", () => {
    const of = [{ centre: 3, weight: 1, curvature: 1, l1: 1 }];

    const { point, value } = minimise(bowl(of), Float64Array.of(-4), curvatureOf(of), {
      tolerance: 1e-12,
      maxIterations: 50,
      l1: Float64Array.of(1),
    });

    expect(point[0]).toBeCloseTo(2, 10);
    expect(value).toBeCloseTo(2.5, 12);
  });

  it("meets the conditions of the minimum where collinear columns have absolute values", () => {
    const next = shares(5);
    const rowsOf = (shared: number) => Array.from({ length: 12 }, () => next() - 0.5 + shared);
    for (let trial = 0; trial < 20; trial++) {
      const matrix = Array.from({ length: 15 }, () => rowsOf(3 * next() - 1.5));
      const target = matrix.map(() => 4 * next() - 2);
      const objective = halfSquares(matrix, target);

      const { point, converged, iterations } = minimise(
        objective,
        new Float64Array(12),
        new Float64Array(12).fill(1),
        { tolerance: 1e-8, maxIterations: 300, l1: new Float64Array(12).fill(0.5) },
      );

      expect(converged, `after ${iterations} steps`).toBe(true);
      const gradient = new Float64Array(12);
      objective(point, gradient);
      point.forEach((x, i) => {
        const pull = gradient[i] as number;
        if (x === 0) expect(Math.abs(pull)).toBeLessThan(0.5 + 1e-7);
        else expect(pull + 0.5 * Math.sign(x)).toBeCloseTo(0, 7);
      });
      expect(point).toContain(0);
    }
  });

  it("goes on where values differ by rounding only", () => {
    // the value is near 1e6, so a step below 1e-5 changes nothing in it that a double can hold
    const objective = (point: Float64Array, gradient: Float64Array) => {
      const x = (point[0] as number) - 1;
      gradient[0] = Math.sinh(x);
      return 1e6 + Math.cosh(x);
    };

    const { point, converged } = minimise(objective, Float64Array.of(3), Float64Array.of(0.7), {
      tolerance: 1e-13,
      maxIterations: 60,
    });

    expect(converged).toBe(true);
    expect(point[0]).toBeCloseTo(1, 12);
  });

  it("stops where it stands when the gradient points nowhere better", () => {
    const uphill = (point: Float64Array, gradient: Float64Array) => {
      gradient.fill(-1);
      return point[0] as number;
    };

    const minimum = minimise(uphill, Float64Array.of(3), Float64Array.of(1), {
      tolerance: 1e-6,
      maxIterations: 50,
    });

    expect(minimum).toEqual({
      point: Float64Array.of(3),
      value: 3,
      iterations: 1,
      converged: false,
    });
  });

  it("goes on downhill where a function bends down, without learning a curvature that is none", () => {
    // -x^2 from 1: the step is minus the gradient over the curvature each time, 1 -> 3 -> 9
    const bendsDown = (point: Float64Array, gradient: Float64Array) => {
      const x = point[0] as number;
      gradient[0] = -2 * x;
      return -x * x;
    };

    const { point } = minimise(bendsDown, Float64Array.of(1), Float64Array.of(1), {
      tolerance: 1e-6,
      maxIterations: 2,
    });

    expect(point).toEqual(Float64Array.of(9));
  });
});
