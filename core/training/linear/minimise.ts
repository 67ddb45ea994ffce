/** Updates kept by L-BFGS. */
const MEMORY = 10;
/** Armijo's constant; Nocedal and Wright, Numerical Optimization, 3.1. */
const SUFFICIENT_DECREASE = 1e-4;
const MAX_HALVINGS = 30;

/** Value and gradient of a function at a point; fills `gradient`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** Whether every component of the gradient is below the tolerance. */
  readonly converged: boolean;
}

/**
 * L-BFGS with a diagonal preconditioner and backtracking, for smooth convex functions (Nocedal and
 * Wright, algorithm 7.4). Needs the function's value and gradient only, so its cost is that of a pass
 * over the rows however many coefficients there are.
 *
 * @param curvature rough second derivatives, each > 0; starts the inverse Hessian
 * @param tolerance stops when the largest component of the gradient is below it
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  curvature: Float64Array,
  { tolerance, maxIterations }: { readonly tolerance: number; readonly maxIterations: number },
): Minimum {
  let point = start;
  let gradient: Float64Array = new Float64Array(start.length);
  let value = objective(point, gradient);
  const updates: Update[] = [];

  let iterations = 0;
  while (largest(gradient) >= tolerance && iterations < maxIterations) {
    iterations++;
    const direction = descent(gradient, updates, curvature);
    const moved = search(objective, point, value, direction, dot(gradient, direction));
    if (!moved) break;
    const step = subtract(moved.point, point);
    const change = subtract(moved.gradient, gradient);
    const along = dot(step, change);
    if (along > 0) updates.push({ step, change, along });
    if (updates.length > MEMORY) updates.shift();
    ({ point, gradient, value } = moved);
  }
  return { point, value, iterations, converged: largest(gradient) < tolerance };
}

interface Update {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** Their dot product, > 0. */
  readonly along: number;
}

/** Minus the estimated inverse Hessian times the gradient: the two-loop recursion. */
function descent(gradient: Float64Array, updates: readonly Update[], curvature: Float64Array) {
  const direction = gradient.map((component) => -component);
  const weights: number[] = [];
  for (const { step, change, along } of updates.toReversed()) {
    const weight = dot(step, direction) / along;
    weights.push(weight);
    addScaled(direction, change, -weight);
  }
  const scale = inverseScale(updates.at(-1), curvature);
  direction.forEach((component, i) => {
    direction[i] = (component * scale) / (curvature[i] as number);
  });
  for (const { step, change, along } of updates) {
    addScaled(direction, step, (weights.pop() as number) - dot(change, direction) / along);
  }
  return direction;
}

/** How much flatter the function proved along the last step than the preconditioner says. */
function inverseScale(last: Update | undefined, curvature: Float64Array): number {
  if (!last) return 1;
  const { change, along } = last;
  return (
    along / change.reduce((sum, value, i) => sum + (value * value) / (curvature[i] as number), 0)
  );
}

function search(
  objective: Objective,
  from: Float64Array,
  value: number,
  direction: Float64Array,
  slope: number,
) {
  const gradient = new Float64Array(from.length);
  let length = 1;
  for (let halving = 0; halving < MAX_HALVINGS; halving++, length /= 2) {
    const point = from.slice();
    addScaled(point, direction, length);
    const reached = objective(point, gradient);
    if (reached <= value + SUFFICIENT_DECREASE * length * slope) {
      return { point, gradient, value: reached };
    }
  }
  return undefined;
}

function largest(vector: Float64Array): number {
  return vector.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function subtract(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] as number));
}

function addScaled(into: Float64Array, vector: Float64Array, scale: number): void {
  for (let i = 0; i < into.length; i++)
    into[i] = (into[i] as number) + scale * (vector[i] as number);
}
