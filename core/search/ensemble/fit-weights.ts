import { type Task, widthOf } from "../../definition/task.ts";
import { sigmoid } from "../../training/log-loss.ts";
import { softmax } from "../../training/predictions.ts";
import type { LabelledFrame } from "../../training/training-frame.ts";

/** Steps of a coordinate below it end the search for weights. */
const TOLERANCE = 1e-9;
const MOST_SWEEPS = 200;
/** Keeps the weights of members that say the same from running apart. */
const RIDGE = 1e-6;

/** First and second derivative of the mean loss by one coordinate. */
interface Slope {
  readonly gradient: number;
  readonly curvature: number;
}

type Labelled = Pick<LabelledFrame, "labels" | "rows" | "weights">;

/**
 * How much each member counts in a stack: the weights, none negative (Breiman 1996, Stacked
 * Regressions), with the least loss: log-loss for classes, squared error for numbers. Found by Newton
 * steps, a weight at a time.
 *
 * @param members `memberScores` of each on the same rows, shape [rows * width]
 * @returns a weight a member, and the intercept, which only binary tasks have
 */
export function fitWeights(
  task: Task,
  members: readonly Float64Array[],
  rows: Labelled,
): { readonly weights: readonly number[]; readonly intercept: number } {
  const point = new Float64Array(members.length + 1).fill(1 / members.length);
  point[members.length] = 0;
  const slopeOf = slopes(task, members, rows, point);
  const coordinates = members.length + (task.type === "binary" ? 1 : 0);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let largest = 0;
    for (let i = 0; i < coordinates; i++) {
      const { gradient, curvature } = slopeOf(i);
      const before = point[i] as number;
      const step = before - (gradient + RIDGE * before) / (curvature + RIDGE);
      point[i] = i < members.length ? Math.max(0, step) : step;
      largest = Math.max(largest, Math.abs((point[i] as number) - before));
    }
    if (largest < TOLERANCE) break;
  }
  return {
    weights: Array.from(point.subarray(0, members.length)),
    intercept: point[members.length] as number,
  };
}

function slopes(
  task: Task,
  members: readonly Float64Array[],
  rows: Labelled,
  point: Float64Array,
): (coordinate: number) => Slope {
  const width = widthOf(task);
  const scores = () => weighted(members, point);
  switch (task.type) {
    case "binary":
      return (i) => binarySlope(scores(), members[i], rows);
    case "multiclass":
      return (i) => classSlope(softmax(scores(), width), members[i] as Float64Array, rows, width);
    case "regression":
    case "ranking":
      return (i) => squaredSlope(scores(), members[i] as Float64Array, rows, width);
  }
}

/** The members' scores by their weights, and the intercept behind them. */
export function weighted(members: readonly Float64Array[], point: ArrayLike<number>): Float64Array {
  const sum = new Float64Array((members[0] as Float64Array).length).fill(
    point[members.length] as number,
  );
  members.forEach((scores, i) => {
    const weight = point[i] as number;
    for (let at = 0; at < sum.length; at++) {
      sum[at] = (sum[at] as number) + weight * (scores[at] as number);
    }
  });
  return sum;
}

/** Means over the rows by their weights. @param slopeOf of the loss of one row */
function meanSlope({ labels, weights }: Labelled, slopeOf: (row: number) => Slope): Slope {
  let [gradient, curvature, total] = [0, 0, 0];
  for (let row = 0; row < labels.length; row++) {
    const weight = weights?.[row] ?? 1;
    const own = slopeOf(row);
    gradient += weight * own.gradient;
    curvature += weight * own.curvature;
    total += weight;
  }
  return { gradient: gradient / total, curvature: curvature / total };
}

/** @param member absent: the intercept, which is 1 everywhere */
function binarySlope(
  scores: Float64Array,
  member: Float64Array | undefined,
  rows: Labelled,
): Slope {
  return meanSlope(rows, (row) => {
    const probability = sigmoid(scores[row] as number);
    const value = member === undefined ? 1 : (member[row] as number);
    return {
      gradient: (probability - (rows.labels[row] as number)) * value,
      curvature: probability * (1 - probability) * value * value,
    };
  });
}

function classSlope(
  probabilities: Float64Array,
  member: Float64Array,
  rows: Labelled,
  width: number,
): Slope {
  return meanSlope(rows, (row) => {
    let [mean, square] = [0, 0];
    for (let at = row * width; at < (row + 1) * width; at++) {
      const value = member[at] as number;
      mean += (probabilities[at] as number) * value;
      square += (probabilities[at] as number) * value * value;
    }
    return {
      gradient: mean - (member[row * width + (rows.labels[row] as number)] as number),
      curvature: square - mean * mean,
    };
  });
}

/** Of the first column: quantiles follow it. */
function squaredSlope(
  scores: Float64Array,
  member: Float64Array,
  rows: Labelled,
  width: number,
): Slope {
  return meanSlope(rows, (row) => {
    const value = member[row * width] as number;
    return {
      gradient: ((scores[row * width] as number) - (rows.labels[row] as number)) * value,
      curvature: value * value,
    };
  });
}
