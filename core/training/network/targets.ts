import type { Task } from "../../definition/task.ts";
import { InvalidInputError } from "../../errors.ts";
import type { LabelledFrame } from "../training-frame.ts";

/** How labels become what the network learns, and its outputs raw scores. */
export interface TargetPlan {
  /** Regression: mean of the labels; else 0. */
  readonly mean: number;
  /** Regression: standard deviation of the labels, 0 if they are constant; else 1. */
  readonly deviation: number;
  /** Outputs of a network that knows nothing of a row, shape [width]. */
  readonly start: Float64Array;
}

/**
 * The network starts at what is right without any input: log-odds or log-shares of the classes, with
 * half a row added to each, so that a class without rows is possible; in regression the mean, which
 * standardising puts at 0.
 */
export function planTargets(task: Task, { labels, weights }: LabelledFrame): TargetPlan {
  if (task.type === "regression") {
    const start = new Float64Array(1 + task.quantiles.length);
    return { ...moments(labels, weights), start };
  }
  const classes = task.type === "multiclass" ? task.classes.length : 2;
  const counts = new Float64Array(classes).fill(0.5);
  const mean = weights === undefined ? 1 : meanOf(weights);
  labels.forEach((label, row) => {
    counts[label] = (counts[label] as number) + (weights?.[row] ?? 1) / mean;
  });
  const logs = counts.map((count) => Math.log(count / (labels.length + classes / 2)));
  const [zero = 0, one = 0] = logs;
  const start = task.type === "multiclass" ? logs : Float64Array.of(one - zero);
  return { mean: 0, deviation: 1, start };
}

/** Labels as the network learns them, shape [rows]. */
export function targetsOf(
  { labels }: LabelledFrame,
  { mean, deviation }: TargetPlan,
): Float32Array {
  const factor = deviation === 0 ? 0 : 1 / deviation;
  return Float32Array.from(labels, (label) => (label - mean) * factor);
}

/** How much each row counts, 1 on average, shape [rows]. */
export function relativeWeights({ rows, weights }: LabelledFrame): Float64Array {
  if (weights === undefined) return new Float64Array(rows).fill(1);
  const mean = meanOf(weights);
  return weights.map((weight) => weight / mean);
}

/**
 * The frame without rows that weigh nothing: such a row then changes nothing at all, neither a mean nor
 * the order in which others come.
 */
export function weighedRows(frame: LabelledFrame): LabelledFrame {
  const { weights } = frame;
  if (weights === undefined || weights.every((weight) => weight > 0)) return frame;
  const kept = (_: number, row: number) => (weights[row] as number) > 0;
  const labels = frame.labels.filter(kept);
  return {
    rows: labels.length,
    labels,
    weights: weights.filter(kept),
    columns: frame.columns.map((column) =>
      column.kind === "number"
        ? { ...column, values: column.values.filter(kept) }
        : { ...column, codes: column.codes.filter(kept) },
    ),
  };
}

/** @throws {InvalidInputError} if no row is left to learn from. */
export function checkWeighed({ rows }: LabelledFrame): void {
  if (rows > 0) return;
  throw new InvalidInputError(
    "no row of the training split has a weight above 0; give some rows one",
  );
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Weighted mean and deviation.
 *
 * @throws {InvalidInputError} if the squares of the labels have no double.
 */
function moments(labels: LabelledFrame["labels"], weights: Float64Array | undefined) {
  const weightOf = (row: number) => weights?.[row] ?? 1;
  let sum = 0;
  let total = 0;
  labels.forEach((label, row) => {
    sum += label * weightOf(row);
    total += weightOf(row);
  });
  const mean = sum / total;
  let squares = 0;
  labels.forEach((label, row) => {
    squares += (label - mean) ** 2 * weightOf(row);
  });
  const deviation = Math.sqrt(squares / total);
  if (!Number.isFinite(deviation)) {
    throw new InvalidInputError(
      `the target's standard deviation is ${deviation}, too large to count with; give it a smaller unit`,
    );
  }
  return { mean, deviation: deviation > Math.abs(mean) * 1e-12 ? deviation : 0 };
}
