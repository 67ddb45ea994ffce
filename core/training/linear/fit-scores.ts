import type { Design } from "./design.ts";
import type { Loss } from "./losses.ts";
import { minimise, type Objective } from "./minimise.ts";
import { addGradient, addScores, type PreparedColumn } from "./prepared-columns.ts";

/** Rows handled together, so that their scores stay in the processor's cache. */
export const BLOCK_ROWS = 4096;

/** Training rows, ready to be passed over many times. */
export interface TrainingRows {
  readonly design: Design;
  readonly columns: readonly PreparedColumn[];
  readonly rows: number;
  /** Sum of the rows' weights, > 0. */
  readonly totalWeight: number;
  /** Weighted sum over the rows of what each coefficient is multiplied by, shape [width + 1]. */
  readonly placeSums: Float64Array;
}

export interface FitOptions {
  readonly l1: number;
  readonly l2: number;
  readonly maxIterations: number;
  readonly tolerance: number;
}

/** Coefficients of one or more scores. */
export interface Fit {
  /** For each score its coefficients; the entry past the last is 0. Shape [scores][width + 1]. */
  readonly coefficients: readonly Float64Array[];
  readonly iterations: number;
  readonly converged: boolean;
  /** Mean penalised loss. */
  readonly value: number;
}

/**
 * Minimises (sum of weight * loss + l1 |coefficients| + l2 / 2 |coefficients|^2) / sum of weights, the
 * intercepts not counted in the penalties.
 *
 * @param start coefficients to begin with, as in the result; without it the intercepts alone
 */
export function fitScores(
  training: TrainingRows,
  loss: Loss,
  options: FitOptions,
  start?: readonly Float64Array[],
): Fit {
  const { width } = training.design;
  const stride = width + 1;
  const point = new Float64Array(loss.start.length * stride);
  loss.start.forEach((intercept, k) => {
    const own = start?.[k];
    if (own) point.set(own, k * stride);
    else point[k * stride] = intercept;
  });
  const curvature = roughCurvature(training, loss, options.l2);
  const { maxIterations, tolerance } = options;
  const found = minimise(penalisedLoss(training, loss, options.l2), point, curvature, {
    maxIterations,
    tolerance,
    l1: onCoefficients(point.length, width, options.l1 / training.totalWeight),
  });
  const { iterations, converged, value } = found;
  return { coefficients: planes(found.point, stride), iterations, converged, value };
}

/** Mean loss with the L2 penalty, and its gradient. Entries past the last coefficient stay 0. */
function penalisedLoss(
  { design: { width }, columns, rows, totalWeight }: TrainingRows,
  loss: Loss,
  l2: number,
): Objective {
  const scores = Array.from(loss.start, () => new Float64Array(BLOCK_ROWS));
  return (point, gradient) => {
    gradient.fill(0);
    const coefficients = planes(point, width + 1);
    const gradients = planes(gradient, width + 1);
    let sum = 0;
    for (let begin = 0; begin < rows; begin += BLOCK_ROWS) {
      const end = Math.min(rows, begin + BLOCK_ROWS);
      fillScores(columns, coefficients, begin, end, scores);
      sum += loss.toSlopes(scores, begin, end);
      scores.forEach((slopes, k) => {
        const own = gradients[k] as Float64Array;
        let slope = 0;
        for (let i = 0; i < end - begin; i++) slope += slopes[i] as number;
        own[0] = (own[0] as number) + slope;
        addGradient(columns, slopes, begin, end, own);
      });
    }
    coefficients.forEach((own, k) => {
      sum += addPenalty(own, gradients[k] as Float64Array, l2, totalWeight);
    });
    return sum / totalWeight;
  };
}

/** Sets the scores of rows begin..end - 1. */
export function fillScores(
  columns: readonly PreparedColumn[],
  coefficients: readonly Float64Array[],
  begin: number,
  end: number,
  scores: readonly Float64Array[],
): void {
  coefficients.forEach((own, k) => {
    const into = scores[k] as Float64Array;
    into.fill(own[0] as number);
    addScores(columns, own, begin, end, into);
  });
}

/** Makes a summed gradient a mean one with the penalty's; gives the penalty. */
function addPenalty(own: Float64Array, gradient: Float64Array, l2: number, totalWeight: number) {
  const width = own.length - 1;
  gradient[width] = 0;
  gradient[0] = (gradient[0] as number) / totalWeight;
  let penalty = 0;
  for (let i = 1; i < width; i++) {
    const coefficient = own[i] as number;
    penalty += (l2 / 2) * coefficient * coefficient;
    gradient[i] = ((gradient[i] as number) + l2 * coefficient) / totalWeight;
  }
  return penalty;
}

/** Diagonal of the Hessian, roughly: without it rare strings would be learned last. */
function roughCurvature(
  { design: { encodings, width }, rows, totalWeight, placeSums }: TrainingRows,
  loss: Loss,
  l2: number,
): Float64Array {
  const counts = placeSums.slice();
  counts[0] = totalWeight;
  for (const encoding of encodings) {
    if (encoding.kind === "category") continue;
    const missing = encoding.missingAt < 0 ? 0 : (placeSums[encoding.missingAt] as number);
    counts[encoding.at] = totalWeight - missing; // squares of standardised numbers have the mean 1
  }
  const least = totalWeight / rows;
  const stride = width + 1;
  return Float64Array.from({ length: loss.curvature.length * stride }, (_, i) => {
    const bend = loss.curvature[Math.floor(i / stride)] as number;
    return (bend * Math.max(counts[i % stride] as number, least) + l2) / totalWeight;
  });
}

/** A number for each coefficient, 0 for intercepts and entries past the last coefficient. */
function onCoefficients(length: number, width: number, value: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    const place = i % (width + 1);
    return place === 0 || place === width ? 0 : value;
  });
}

/** Views of each score's part. */
function planes(values: Float64Array, stride: number): Float64Array[] {
  return Array.from({ length: values.length / stride }, (_, k) =>
    values.subarray(k * stride, (k + 1) * stride),
  );
}
