import type { Labels } from "../training-frame.ts";

/** Products of 1 + e^-|s|, each at most 2, stay far from the largest double. */
const LARGEST_PRODUCT = 1e280;
/** What a row costs by its scores, for one score a row or several. Weights are in it already. */
export interface Loss {
  /** Scores of every row without any input: where training begins. */
  readonly start: Float64Array;
  /** Rough second derivative by each score, > 0. */
  readonly curvature: Float64Array;
  /**
   * Replaces the scores of rows begin..end - 1 by the derivatives of the rows' losses.
   *
   * @param scores an array for each score, each of shape [>= end - begin]
   * @returns sum of the rows' losses
   */
  toSlopes(scores: readonly Float64Array[], begin: number, end: number): number;
}

/**
 * Log-loss ln(1 + e^s) - y s of log-odds s. Logarithms of a block's rows are taken of their product.
 *
 * @param labels 0 or 1
 */
export function binaryLoss(labels: Labels, weights: Float64Array | undefined): Loss {
  const share = shareOf(labels, weights, 1);
  return {
    start: Float64Array.of(Math.log(share / (1 - share))),
    curvature: Float64Array.of(0.25),
    toSlopes([scores = new Float64Array()], begin, end) {
      let loss = 0;
      let product = 1;
      for (let row = begin, i = 0; row < end; row++, i++) {
        const score = scores[i] as number;
        const label = labels[row] as number;
        const weight = weights === undefined ? 1 : (weights[row] as number);
        const tail = Math.exp(-Math.abs(score));
        const probability = (score >= 0 ? 1 : tail) / (1 + tail);
        loss += weight * Math.max(label === 1 ? -score : score, 0);
        if (weight === 1) product *= 1 + tail;
        else loss += weight * Math.log1p(tail);
        if (product > LARGEST_PRODUCT) {
          loss += Math.log(product);
          product = 1;
        }
        scores[i] = weight * (probability - label);
      }
      return loss + Math.log(product);
    },
  };
}

/**
 * Log-loss of the class that each row has, by the softmax of its scores.
 *
 * @param labels index of each row's class
 */
export function softmaxLoss(
  labels: Labels,
  weights: Float64Array | undefined,
  classes: number,
): Loss {
  const weightOf = (row: number) => (weights === undefined ? 1 : (weights[row] as number));
  const shares = Float64Array.from({ length: classes }, (_, k) => shareOf(labels, weights, k));
  return {
    start: shares.map(Math.log),
    curvature: shares.map((share) => share * (1 - share)),
    toSlopes(scores, begin, end) {
      const rows = end - begin;
      const largest = largestOf(scores, rows);
      let loss = 0;
      for (let i = 0; i < rows; i++) {
        const own = scores[labels[begin + i] as number] as Float64Array;
        loss += weightOf(begin + i) * ((largest[i] as number) - (own[i] as number));
      }
      const sums = toExponentials(scores, largest);
      for (let i = 0; i < rows; i++) {
        const weight = weightOf(begin + i);
        loss += weight * Math.log(sums[i] as number);
        sums[i] = weight / (sums[i] as number);
      }
      for (const own of scores) {
        for (let i = 0; i < rows; i++) own[i] = (own[i] as number) * (sums[i] as number);
      }
      for (let i = 0; i < rows; i++) {
        const own = scores[labels[begin + i] as number] as Float64Array;
        own[i] = (own[i] as number) - weightOf(begin + i);
      }
      return loss;
    },
  };
}

/** Largest score of each row, shape [rows]. */
function largestOf(scores: readonly Float64Array[], rows: number): Float64Array {
  const largest = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
  for (const own of scores) {
    for (let i = 0; i < rows; i++) largest[i] = Math.max(largest[i] as number, own[i] as number);
  }
  return largest;
}

/** Replaces scores by e^(score - largest); gives the sums of each row. */
function toExponentials(scores: readonly Float64Array[], largest: Float64Array): Float64Array {
  const sums = new Float64Array(largest.length);
  for (const own of scores) {
    for (let i = 0; i < largest.length; i++) {
      const part = Math.exp((own[i] as number) - (largest[i] as number));
      own[i] = part;
      sums[i] = (sums[i] as number) + part;
    }
  }
  return sums;
}

/** Half the squared error. */
export function squaredLoss(labels: Labels, weights: Float64Array | undefined): Loss {
  return {
    start: Float64Array.of(0),
    curvature: Float64Array.of(1),
    toSlopes([scores = new Float64Array()], begin, end) {
      let loss = 0;
      for (let row = begin, i = 0; row < end; row++, i++) {
        const weight = weights === undefined ? 1 : (weights[row] as number);
        const error = (scores[i] as number) - (labels[row] as number);
        loss += (weight / 2) * error * error;
        scores[i] = weight * error;
      }
      return loss;
    },
  };
}

/**
 * Pinball loss of a quantile, smoothed by a logistic kernel so that it has a gradient everywhere:
 * q u + h ln(1 + e^(-u / h)) for u = y - s (He, Pan, Tan and Zhou 2023, Smoothed quantile regression
 * with large-scale inference).
 *
 * @param width h, > 0; towards 0 the loss is the pinball loss itself
 */
export function quantileLoss(
  labels: Labels,
  weights: Float64Array | undefined,
  { quantile, width }: { readonly quantile: number; readonly width: number },
): Loss {
  return {
    start: Float64Array.of(0),
    curvature: Float64Array.of(0.4),
    toSlopes([scores = new Float64Array()], begin, end) {
      let loss = 0;
      for (let row = begin, i = 0; row < end; row++, i++) {
        const weight = weights === undefined ? 1 : (weights[row] as number);
        const above = (labels[row] as number) - (scores[i] as number);
        const tail = Math.exp(-Math.abs(above) / width);
        const pinball = above >= 0 ? quantile * above : (quantile - 1) * above;
        loss += weight * (pinball + width * Math.log1p(tail));
        scores[i] = weight * ((above >= 0 ? tail : 1) / (1 + tail) - quantile);
      }
      return loss;
    },
  };
}

/** Weighted share of the rows of a class, kept off 0 and 1 so that its logarithm is finite. */
function shareOf(labels: Labels, weights: Float64Array | undefined, wanted: number): number {
  let own = 0;
  let all = 0;
  for (let row = 0; row < labels.length; row++) {
    const weight = weights === undefined ? 1 : (weights[row] as number);
    all += weight;
    if (labels[row] === wanted) own += weight;
  }
  return Math.min(Math.max(own / all, 1e-9), 1 - 1e-9);
}
