/** Where to look at a function and how much each look counts, so that a sum gives its integral over 0..1. */
export interface Quadrature {
  /** Shape [points], each between 0 and 1. */
  readonly at: Float64Array;
  /** Shape [points]; they add up to 1. */
  readonly weights: Float64Array;
}

/**
 * The rule of Gauss and Legendre: exact for polynomials of degree up to 2 * points - 1.
 *
 * Zeros of the Legendre polynomial by Newton's method from Tricomi's first guess, as in Numerical Recipes,
 * 4.6; moved from -1..1 to 0..1.
 *
 * @param points >= 1
 */
export function gaussLegendre(points: number): Quadrature {
  const at = new Float64Array(points);
  const weights = new Float64Array(points);
  for (let i = 0; i < points; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (points + 0.5));
    let slope = 0;
    for (let step = 0; step < 8; step++) {
      const [value, previous] = legendre(points, x);
      slope = (points * (x * value - previous)) / (x * x - 1);
      x -= value / slope;
    }
    at[i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { at, weights };
}

/** The Legendre polynomials of degree n >= 1 and n - 1 at x, by Bonnet's recursion. */
function legendre(n: number, x: number): readonly [number, number] {
  let previous = 1;
  let value = x;
  for (let degree = 2; degree <= n; degree++) {
    const next = ((2 * degree - 1) * x * value - (degree - 1) * previous) / degree;
    previous = value;
    value = next;
  }
  return [value, previous];
}
