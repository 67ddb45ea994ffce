import type { Task } from "../../definition/task.ts";
import type { LabelledFrame } from "../training-frame.ts";
import { BLOCK_ROWS, fillScores } from "./fit-scores.ts";
import { type LinearModel, modelColumns } from "./linear-model.ts";
import { lossOf } from "./target.ts";

/**
 * Mean loss of rows that were not trained on: log-loss, or of a regression half the squared error in the
 * target's own unit.
 *
 * @returns `null` where there are no rows
 */
export function validationLoss(
  task: Task,
  frame: LabelledFrame,
  model: LinearModel,
): number | null {
  if (frame.rows === 0) return null;
  const loss = lossOf(task, frame);
  const columns = modelColumns(frame, model);
  const coefficients = model.coefficients.slice(0, loss.start.length);
  const scores = coefficients.map(() => new Float64Array(BLOCK_ROWS));
  let sum = 0;
  for (let begin = 0; begin < frame.rows; begin += BLOCK_ROWS) {
    const end = Math.min(frame.rows, begin + BLOCK_ROWS);
    fillScores(columns, coefficients, begin, end, scores);
    sum += loss.toSlopes(scores, begin, end);
  }
  const total = frame.weights?.reduce((all, weight) => all + weight, 0) ?? frame.rows;
  return total > 0 ? sum / total : null;
}
