import { type Task, widthOf } from "../definition/task.ts";
import { IntegrityError } from "../errors.ts";
import type { Scores } from "./scorer.ts";

/**
 * Fails unless a graph answers what its task predicts.
 *
 * @throws {IntegrityError} if there are not as many predictions as the task has, or one is no
 *   probability, or no finite number.
 */
export function checkPredictions(task: Task, { scores, predictions }: Scores): void {
  const wanted = scores.length * widthOf(task);
  if (predictions.length !== wanted || scores.length === 0) {
    throw new IntegrityError(
      `its graph answered ${predictions.length} numbers to ${scores.length} rows, a ${task.type} model answers ${widthOf(task)} a row`,
    );
  }
  const isProbability = task.type === "binary" || task.type === "multiclass";
  const isRight = isProbability ? (p: number) => p >= 0 && p <= 1 : Number.isFinite;
  const wrong = predictions.find((value) => !isRight(value));
  if (wrong === undefined) return;
  throw new IntegrityError(
    `its graph answered ${wrong}, which is no ${isProbability ? "probability" : "finite number"}`,
  );
}
