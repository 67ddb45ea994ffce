import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type MinimiseOptions,
  minimise,
  type Objective,
} from "../../../../core/training/linear/minimise.ts";
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

/** Half the squares of a few more rows' errors than columns, their columns collinear. */
function collinearSquares(size: number, seed: number) {
  const next = shares(seed);
  const matrix = Array.from({ length: size + (size > 4 ? 3 : 1) }, () => {
    const shared = 3 * next() - 1.5;
    return Array.from({ length: size }, () => next() - 0.5 + shared);
  });
  const target = matrix.map(() => 4 * next() - 2);
  return (point: Float64Array, gradient: Float64Array) => {
    gradient.fill(0);
    return matrix.reduce((sum, row, i) => {
      const error = row.reduce((all, a, j) => all + a * (point[j] as number), 0) - (target[i] ?? 0);
      row.forEach((a, j) => {
        gradient[j] = (gradient[j] as number) + a * error;
      });
      return sum + (error * error) / 2;
    }, 0);
  };
}

/** Where to start, curvature, and 0.5 of each absolute value. */
function lasso(size: number): [Float64Array, Float64Array, MinimiseOptions] {
  const l1 = new Float64Array(size).fill(0.5);
  const options = { tolerance: 1e-8, maxIterations: 300, l1 };
  return [new Float64Array(size), new Float64Array(size).fill(1), options];
}

/** At 0 the gradient is held by the absolute value; elsewhere it is met by its slope. */
function expectLassoMinimum(objective: Objective, point: Float64Array) {
  const gradient = new Float64Array(point.length);
  objective(point, gradient);
  point.forEach((x, i) => {
    const pull = gradient[i] as number;
    if (x === 0) expect(Math.abs(pull)).toBeLessThan(0.5 + 1e-7);
    else expect(pull + 0.5 * Math.sign(x)).toBeCloseTo(0, 7);
  });
  expect(point).toContain(0);
}

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
    let steps = 0;
    for (let seed = 0; seed < 20; seed++) {
      const objective = collinearSquares(12, seed);

      const { point, converged, iterations } = minimise(objective, ...lasso(12));

      expect(converged).toBe(true);
      expectLassoMinimum(objective, point);
      steps += iterations;
    }
    // 46 each; 124 each where curvature is not taken within the face that a step is on
    expect(steps).toBeLessThan(20 * 80);
  });

  it("begins again where what it has learned leads nowhere", () => {
    // one of 6,000 such problems
    const objective = collinearSquares(4, 1395);

    const { point, converged } = minimise(objective, ...lasso(4));

    expect(converged).toBe(true);
    expectLassoMinimum(objective, point);
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
