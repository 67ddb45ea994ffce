import type { Labels } from "../training/training-frame.ts";

type Numbers = Float32Array | Float64Array;

/**
 * Probabilities are kept this far from 0 and 1. It is the spacing of float32 numbers at 1 (2^-23): a
 * graph answers in float32, where a probability of 1 - 10^-9 reads as 1. scikit-learn clips float32
 * probabilities the same way.
 */
const LOG_LOSS_CLIP = 2 ** -23;

/** A percentage error is of at least so much: the spacing of doubles at 1, as scikit-learn has it. */
const LEAST_TARGET = Number.EPSILON;

/**
 * Negative log-likelihood of each label of a binary model, in nats: -ln(p) for a label of 1, else
 * -ln(1 - p), p clipped.
 *
 * @param scores probabilities of class 1, shape [n]
 * @returns each 0..15.95; ln 2 for a score of 0.5
 */
export function binaryLogLosses(labels: Labels, scores: Numbers): Float64Array {
  return eachRow(labels.length, (row) => {
    const score = clipped(scores[row] as number);
    return labels[row] === 1 ? -Math.log(score) : -Math.log1p(-score);
  });
}

/**
 * The same of a model of many classes: -ln of the label's probability, clipped.
 *
 * @param probabilities row-major, shape [n * classes]
 */
export function classLogLosses(
  labels: Labels,
  probabilities: Numbers,
  classes: number,
): Float64Array {
  return eachRow(
    labels.length,
    (row) => -Math.log(clipped(probabilities[row * classes + (labels[row] as number)] as number)),
  );
}

/** (y - p)^2. Its mean over a binary model is the Brier score (Brier 1950, halved to one class). */
export function squaredErrors(labels: Labels, predictions: Numbers): Float64Array {
  return eachRow(labels.length, (row) => {
    const distance = (labels[row] as number) - (predictions[row] as number);
    return distance * distance;
  });
}

/** |y - p| */
export function absoluteErrors(labels: Labels, predictions: Numbers): Float64Array {
  return eachRow(labels.length, (row) =>
    Math.abs((labels[row] as number) - (predictions[row] as number)),
  );
}

/**
 * |y - p| / max(|y|, 2^-52), as a share. As scikit-learn has it: a target of 0 gives an error of 10^15
 * rather than none, so that nobody takes the mean for a good one.
 */
export function percentageErrors(labels: Labels, predictions: Numbers): Float64Array {
  return eachRow(labels.length, (row) => {
    const label = labels[row] as number;
    return Math.abs(label - (predictions[row] as number)) / Math.max(Math.abs(label), LEAST_TARGET);
  });
}

/**
 * Loss of a predicted quantile: q * (y - p) where y is above p, else (1 - q) * (p - y) (Koenker &
 * Bassett 1978). It is least, on average, for the true quantile.
 *
 * @param quantile q, between 0 and 1
 */
export function pinballLosses(
  labels: Labels,
  predictions: Numbers,
  quantile: number,
): Float64Array {
  return eachRow(labels.length, (row) => {
    const above = (labels[row] as number) - (predictions[row] as number);
    return above >= 0 ? quantile * above : (quantile - 1) * above;
  });
}

/** 1 where the label is at most the prediction, else 0: their mean is the quantile's coverage. */
export function coveredRows(labels: Labels, predictions: Numbers): Float64Array {
  return eachRow(labels.length, (row) =>
    (labels[row] as number) <= (predictions[row] as number) ? 1 : 0,
  );
}

function eachRow(rows: number, loss: (row: number) => number): Float64Array {
  const losses = new Float64Array(rows);
  for (let row = 0; row < rows; row++) losses[row] = loss(row);
  return losses;
}

function clipped(probability: number): number {
  return Math.min(Math.max(probability, LOG_LOSS_CLIP), 1 - LOG_LOSS_CLIP);
}
