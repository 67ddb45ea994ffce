import { type MetricName, worseBy } from "../definition/metrics.ts";
import type { Task } from "../definition/task.ts";
import { InvalidInputError } from "../errors.ts";
import type { Importance } from "../run/evaluation-results.ts";
import { drawAscending, type Random, seededRandom } from "../training/random.ts";
import type { Frame, LabelledFrame } from "../training/training-frame.ts";
import { standardDeviation } from "./bootstrap-intervals.ts";
import { measure } from "./measure.ts";
import { weightedMean } from "./row-weights.ts";
import { takeLabelled, withColumnOrder } from "./take-rows.ts";

export interface PermutationInput {
  readonly task: Task;
  readonly frame: LabelledFrame;
  /** Predictions of a frame's rows, shape [rows * widthOf(task)]. */
  readonly score: (frame: Frame) => Promise<Float32Array | Float64Array>;
  readonly metric: MetricName;
  /** Binary: probability from which a row counts as predicted 1. @default 0.5 */
  readonly threshold?: number;
  /** How often each input's values are dealt out anew, >= 1. @default 5 */
  readonly repeats?: number;
  /** Most rows that are scored, drawn by the seed; of a ranking whole queries. @default 20000 */
  readonly maxRows?: number;
  readonly seed: number;
}

/**
 * How much each input matters to a model: by how much the metric becomes worse when the input's values
 * are dealt out to the rows anew, so that it says nothing any more (Breiman 2001; Fisher, Rudin &
 * Dominici 2019; scikit-learn's `permutation_importance`). Inputs that say the same stand in for each
 * other: each then looks less important than both are.
 *
 * Scores the rows 1 + inputs * repeats times.
 *
 * @returns one an input, in the frame's order; below 0 is chance. None where the rows do not define
 *   the metric.
 * @throws {InvalidInputError} as `measure`, or if `repeats` is below 1
 */
export async function permutationImportances(
  input: PermutationInput,
): Promise<readonly Importance[]> {
  const { task, metric, score, threshold, repeats = 5, maxRows = 20_000, seed } = input;
  if (!(repeats >= 1)) throw new InvalidInputError(`repeats must be at least 1, got ${repeats}`);
  const random = seededRandom(seed);
  const frame = drawRows(input.frame, maxRows, random);
  const measured = async (changed: Frame) => {
    const rows = { ...frame, predictions: await score(changed), threshold };
    return measure(task, rows, [metric])[metric];
  };
  const reference = await measured(frame);
  if (reference === undefined) return [];
  const importances: Importance[] = [];
  for (const [column, { name }] of frame.columns.entries()) {
    const losses = new Float64Array(repeats);
    for (let repeat = 0; repeat < repeats; repeat++) {
      const shuffled = withColumnOrder(frame, column, shuffledRows(frame.rows, random));
      losses[repeat] = worseBy(metric, (await measured(shuffled)) as number, reference);
    }
    importances.push({
      input: name,
      mean: weightedMean(losses, new Float64Array(repeats).fill(1)),
      standardDeviation: repeats === 1 ? 0 : standardDeviation(losses),
    });
  }
  return importances;
}

/** The frame, or as much of it as is allowed: rows, or of a ranking queries, at least one. */
function drawRows(frame: LabelledFrame, maxRows: number, random: Random): LabelledFrame {
  if (frame.rows <= maxRows) return frame;
  const units = frame.groups ? frame.groups.length - 1 : frame.rows;
  const wanted = Math.max(1, Math.floor((units * maxRows) / frame.rows));
  const drawn = new Uint32Array(wanted);
  drawAscending(random, units, wanted, drawn);
  return takeLabelled(frame, drawn);
}

/** Row numbers in a random order, each equally likely (Fisher & Yates; Durstenfeld 1964). */
function shuffledRows(rows: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  for (let last = rows - 1; last > 0; last--) {
    const other = Math.floor((random.nextUint32() * (last + 1)) / 2 ** 32);
    const moved = order[last] as number;
    order[last] = order[other] as number;
    order[other] = moved;
  }
  return order;
}
