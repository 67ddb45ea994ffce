import { type Task, widthOf } from "../definition/task.ts";
import { IntegrityError } from "../errors.ts";
import type { Scores } from "./scorer.ts";

/**
 * Fails unless a graph answers what its task predicts. No rows are none to be wrong.
 *
 * @throws {IntegrityError} if there are not as many predictions as the task has, one is no probability,
 *   or no finite number, or a label is none of the task's classes, or not the likeliest of several.
 */
export function checkPredictions(task: Task, answered: Scores): void {
  const { scores, predictions } = answered;
  const width = widthOf(task);
  if (predictions.length !== scores.length * width) {
    throw new IntegrityError(
      `its graph answered ${predictions.length} numbers to ${scores.length} rows, a ${task.type} model answers ${width} a row`,
    );
  }
  const isProbability = task.type === "binary" || task.type === "multiclass";
  const isRight = isProbability ? (p: number) => p >= 0 && p <= 1 : Number.isFinite;
  const wrong = predictions.findIndex((value) => !isRight(value));
  if (wrong >= 0) {
    throw new IntegrityError(
      `its graph answered ${predictions[wrong]} to row ${Math.floor(wrong / width)} of ${scores.length}, which is no ${isProbability ? "probability" : "finite number"}`,
    );
  }
  if (task.type === "binary") checkLabels(answered, ["0", "1"]);
  if (task.type === "multiclass") {
    checkLabels(answered, task.classes);
    checkLikeliest(answered, task.classes);
  }
}

function checkLabels({ scores, labels = [] }: Scores, classes: readonly string[]): void {
  const known = new Set(classes);
  const wrong = scores.findIndex((_, row) => !known.has(String(labels[row])));
  if (wrong < 0) return;
  throw new IntegrityError(
    `its graph answered the label ${labels[wrong]} to row ${wrong}; the classes are ${classes.join(", ")}`,
  );
}

/** Classes in another order than the probabilities' would give every caller the wrong ones. */
function checkLikeliest(
  { scores, predictions, labels = [] }: Scores,
  classes: readonly string[],
): void {
  const places = new Map(classes.map((name, place) => [name, place]));
  const wrong = scores.findIndex((score, row) => {
    const place = places.get(String(labels[row])) as number;
    return predictions[row * classes.length + place] !== score;
  });
  if (wrong < 0) return;
  throw new IntegrityError(
    `its graph answered the label ${labels[wrong]} to row ${wrong}, but another class's probability ${scores[wrong]} is higher`,
  );
}
