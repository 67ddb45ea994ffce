import { sigmoid } from "../training/log-loss.ts";

/** Probability = sigmoid(slope * log-odds + intercept). */
export interface PlattCurve {
  /** >= 0, so that the order of scores stays. */
  readonly slope: number;
  readonly intercept: number;
}

/** One column of scores with labels 0 and 1 and weights above 0, each shape [rows]. */
export interface CurveRows {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
}

/** Newton's method on two parameters of a convex loss takes 5 to 10 steps. */
const MOST_STEPS = 100;
/** What sums over rows may be off by: no step is refused, and none is taken, for less. */
const ROUNDING = 1e-13;
/** A step that is cut to less has arrived. */
const LEAST_SHARE = 1e-17;
/** Share of the Hessian's trace that is added to its diagonal, so that it can be inverted. */
const RIDGE = 1e-12;

export function plattProbability({ slope, intercept }: PlattCurve, logOdds: number): number {
  return sigmoid(slope * logOdds + intercept);
}

/**
 * Platt scaling: logistic regression of the label on the score, with Platt's smoothed targets
 * (N1 + 1) / (N1 + 2) for class 1 and 1 / (N0 + 2) for class 0, where N1 and N0 are sums of weights.
 * They keep the slope finite where a score parts the classes perfectly. Platt (1999), "Probabilistic
 * outputs for support vector machines"; fitted by Newton's method as Lin, Lin and Weng (2007) advise.
 *
 * Where the best slope is not above 0 (scores that are all equal, or go with class 0) it is 0, and
 * every row gets the mean target.
 */
export function fitPlatt({ scores, labels, weights }: CurveRows): PlattCurve {
  const sums = [0, 0];
  labels.forEach((label, i) => {
    sums[label] = (sums[label] as number) + (weights[i] as number);
  });
  const [negatives = 0, positives = 0] = sums;
  const targetOf = [1 / (negatives + 2), (positives + 1) / (positives + 2)] as const;
  const targets = Float64Array.from(labels, (label) => targetOf[label] as number);

  const { mean, deviation } = momentsOf(scores, weights);
  const target = weightedMean(targets, weights);
  const flat = { slope: 0, intercept: Math.log(target / (1 - target)) };
  if (deviation === 0) return flat;
  const standard = scores.map((score) => (score - mean) / deviation);
  const found = newton(standard, targets, weights, flat);
  if (found.slope <= 0) return flat;
  const slope = found.slope / deviation;
  return { slope, intercept: found.intercept - slope * mean };
}

/** Least loss of sigmoid(slope * x + intercept) against targets, from a start with slope 0. */
function newton(
  x: Float64Array,
  targets: Float64Array,
  weights: Float64Array,
  start: PlattCurve,
): PlattCurve {
  let curve = start;
  let loss = lossOf(curve, x, targets, weights);
  for (let step = 0; step < MOST_STEPS; step++) {
    const [bySlope, byIntercept] = newtonStep(curve, x, targets, weights);
    const { slope, intercept } = curve;
    let share = 1;
    let nextLoss: number;
    do {
      curve = { slope: slope - share * bySlope, intercept: intercept - share * byIntercept };
      nextLoss = lossOf(curve, x, targets, weights);
      share /= 2;
    } while (nextLoss > loss * (1 + ROUNDING) && share > LEAST_SHARE);
    loss = nextLoss;
    const moved = Math.abs(curve.slope - slope) + Math.abs(curve.intercept - intercept);
    if (moved <= ROUNDING * (1 + Math.abs(slope) + Math.abs(intercept))) break;
  }
  return curve;
}

/** Inverse of the 2 x 2 Hessian times the gradient. */
function newtonStep(
  curve: PlattCurve,
  x: Float64Array,
  targets: Float64Array,
  weights: Float64Array,
): readonly [number, number] {
  let g0 = 0;
  let g1 = 0;
  let h00 = 0;
  let h01 = 0;
  let h11 = 0;
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    const weight = weights[i] as number;
    const probability = plattProbability(curve, value);
    const gradient = weight * (probability - (targets[i] as number));
    const hessian = weight * probability * (1 - probability);
    g0 += gradient;
    g1 += gradient * value;
    h00 += hessian;
    h01 += hessian * value;
    h11 += hessian * value * value;
  }
  const ridge = RIDGE * (h00 + h11);
  h00 += ridge;
  h11 += ridge;
  const determinant = h00 * h11 - h01 * h01;
  return [(h00 * g1 - h01 * g0) / determinant, (h11 * g0 - h01 * g1) / determinant];
}

function lossOf(
  { slope, intercept }: PlattCurve,
  x: Float64Array,
  targets: Float64Array,
  weights: Float64Array,
): number {
  let loss = 0;
  for (let i = 0; i < x.length; i++) {
    const z = slope * (x[i] as number) + intercept;
    const softplus = Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    loss += (weights[i] as number) * (softplus - (targets[i] as number) * z);
  }
  return loss;
}

function weightedMean(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  let total = 0;
  values.forEach((value, i) => {
    sum += (weights[i] as number) * value;
    total += weights[i] as number;
  });
  return sum / total;
}

/** Deviation is 0 only where all scores are equal. */
function momentsOf(scores: Float64Array, weights: Float64Array) {
  const first = scores[0] as number;
  if (scores.every((score) => score === first)) return { mean: first, deviation: 0 };
  const mean = weightedMean(scores, weights);
  const squares = scores.map((score) => (score - mean) ** 2);
  return { mean, deviation: Math.sqrt(weightedMean(squares, weights)) };
}
