import type { Task } from "../definition/task.ts";
import { toPredictions } from "../training/predictions.ts";
import { type Calibration, calibrate } from "./calibration.ts";

/**
 * What a graph answers to raw scores: through the calibration, where there is one.
 *
 * @param scores row by row, shape [rows * width]
 * @returns the same shape: probabilities of classes, numbers or ranking scores
 */
export function endingPredictions(
  { task, calibration }: { readonly task: Task; readonly calibration?: Calibration | undefined },
  scores: Float64Array,
): Float64Array {
  return calibration === undefined
    ? toPredictions(task, scores)
    : calibrate(calibration, task, scores);
}
