/** Updates kept by L-BFGS. */
const MEMORY = 10;
/** Armijo's constant; Nocedal and Wright, Numerical Optimization, 3.1. */
const SUFFICIENT_DECREASE = 1e-4;
const MAX_HALVINGS = 30;
/** Differences of values below this share of them are rounding. */
const ROUNDING = 8 * Number.EPSILON;

/** Value and gradient of a function at a point; fills `gradient`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  /** Stops when the largest component of the (pseudo-)gradient by the root of its curvature is below it. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** Factor of each component's absolute value, >= 0; absent: none has one. */
  readonly l1?: Float64Array;
}

export interface Minimum {
  readonly point: Float64Array;
  /** With the absolute values. */
  readonly value: number;
  readonly iterations: number;
  /** Whether it stopped by the tolerance. */
  readonly converged: boolean;
}

interface State {
  readonly point: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
  /** Of smallest size among the subgradients of the whole: 0 where an absolute value holds its ground. */
  readonly pseudo: Float64Array;
}

/**
 * L-BFGS with a diagonal preconditioner and backtracking, for smooth convex functions (Nocedal and
 * Wright, algorithm 7.4). Needs the function's value and gradient only, so its cost is that of a pass
 * over the rows however many coefficients there are.
 *
 * With `l1`, adds sum of l1_i |x_i| and goes orthant by orthant (OWL-QN; Andrew and Gao 2007, Scalable
 * Training of L1-Regularized Log-Linear Models): components end at exactly 0.
 *
 * @param curvature rough second derivatives, each > 0; starts the inverse Hessian
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  curvature: Float64Array,
  { tolerance, maxIterations, l1 = new Float64Array(start.length) }: MinimiseOptions,
): Minimum {
  const evaluate = (point: Float64Array): State => {
    const gradient = new Float64Array(point.length);
    const value = objective(point, gradient) + weightedSize(point, l1);
    return { point, value, gradient, pseudo: pseudoGradient(point, gradient, l1) };
  };
  const isSmooth = l1.every((weight) => weight === 0);
  const updates: Update[] = [];
  let at = evaluate(start);
  let iterations = 0;
  while (steepness(at.pseudo, curvature) >= tolerance && iterations < maxIterations) {
    iterations++;
    const known = isSmooth ? updates : updatesWithin(at, updates, l1);
    const moved = search(evaluate, at, descent(at.pseudo, known, curvature), l1);
    if (!moved && known.length === 0) break;
    if (!moved) {
      updates.length = 0; // what was learned misleads here: begin again from the preconditioner
      continue;
    }
    const step = subtract(moved.point, at.point);
    const change = subtract(moved.gradient, at.gradient);
    const along = dot(step, change);
    if (along > 0) updates.push({ step, change, along });
    if (updates.length > MEMORY) updates.shift();
    at = moved;
  }
  const converged = steepness(at.pseudo, curvature) < tolerance;
  return { point: at.point, value: at.value, iterations, converged };
}

interface Update {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** Their dot product, > 0. */
  readonly along: number;
}

/** Minus the estimated inverse Hessian times the gradient: the two-loop recursion. */
function descent(
  pseudo: Float64Array,
  updates: readonly Update[],
  curvature: Float64Array,
): Float64Array {
  const direction = pseudo.map((component) => -component);
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

/**
 * What steps have told of the components that can move from here, the others held at 0 by their absolute
 * values: the curvature of the face that the minimum is looked for in.
 */
function updatesWithin({ point, pseudo }: State, updates: readonly Update[], l1: Float64Array) {
  const isFree = point.map((x, i) => (x !== 0 || pseudo[i] !== 0 || l1[i] === 0 ? 1 : 0));
  const within = (vector: Float64Array) => vector.map((x, i) => x * (isFree[i] as number));
  return updates.flatMap(({ step, change }): Update[] => {
    const own = { step: within(step), change: within(change) };
    const along = dot(own.step, own.change);
    return along > 0 ? [{ ...own, along }] : [];
  });
}

/** How much flatter the function proved along the last step than the preconditioner says. */
function inverseScale(last: Update | undefined, curvature: Float64Array): number {
  if (!last) return 1;
  const { change, along } = last;
  return (
    along / change.reduce((sum, value, i) => sum + (value * value) / (curvature[i] as number), 0)
  );
}

/**
 * Halves the step until it goes down enough. Where values differ by rounding only, the slope tells
 * instead (Hager and Zhang 2005, approximate Wolfe condition).
 */
function search(
  evaluate: (point: Float64Array) => State,
  from: State,
  direction: Float64Array,
  l1: Float64Array,
): State | undefined {
  const slope = dot(from.pseudo, direction);
  const rounding = ROUNDING * Math.abs(from.value);
  let length = 1;
  for (let halving = 0; halving < MAX_HALVINGS; halving++, length /= 2) {
    const reached = evaluate(stepWithin(from, direction, length, l1));
    const hoped = SUFFICIENT_DECREASE * dot(from.pseudo, subtract(reached.point, from.point));
    if (reached.value <= from.value + hoped) return reached;
    const isLevel = reached.value <= from.value + rounding;
    if (isLevel && Math.abs(dot(reached.pseudo, direction)) <= -slope / 2) return reached;
  }
  return undefined;
}

/** A step that ends at 0 where it would cross to the other side of an absolute value. */
function stepWithin(
  { point, pseudo }: State,
  direction: Float64Array,
  length: number,
  l1: Float64Array,
): Float64Array {
  return point.map((from, i) => {
    const to = from + length * (direction[i] as number);
    const side = from === 0 ? -(pseudo[i] as number) : from;
    return (l1[i] as number) > 0 && to * side <= 0 ? 0 : to;
  });
}

function pseudoGradient(point: Float64Array, gradient: Float64Array, l1: Float64Array) {
  return gradient.map((component, i) => {
    const weight = l1[i] as number;
    const side = Math.sign(point[i] as number);
    if (side !== 0) return component + weight * side;
    return Math.sign(component) * Math.max(Math.abs(component) - weight, 0);
  });
}

function weightedSize(point: Float64Array, l1: Float64Array): number {
  return point.reduce((sum, value, i) => sum + (l1[i] as number) * Math.abs(value), 0);
}

/**
 * Largest component of the gradient by the root of its curvature: the root of twice what going down that
 * component alone could still gain, so a component that few rows have counts as one of many.
 */
function steepness(pseudo: Float64Array, curvature: Float64Array): number {
  return pseudo.reduce(
    (max, value, i) => Math.max(max, Math.abs(value) / Math.sqrt(curvature[i] as number)),
    0,
  );
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
