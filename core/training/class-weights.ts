import type { Task } from "../definition/task.ts";
import { InvalidInputError } from "../errors.ts";
import type { LabelledFrame } from "./training-frame.ts";

/** balanced: every class weighs as much as another. Else a factor for each class, 1 if not named. */
export type ClassWeights = "balanced" | Readonly<Record<string, number>>;

/**
 * Weights of rows with those of their classes multiplied in; the frame's own where no class has any.
 *
 * "balanced" is rows / (classes * rows of the class), as in scikit-learn, of the frame's rows.
 *
 * @param classWeights by name of the class; "0" and "1" where the target is binary
 * @returns shape [rows], or `undefined` where each row counts 1
 * @throws {InvalidInputError} if the target has no classes, or not that one
 */
export function effectiveWeights(
  task: Task,
  { rows, labels, weights }: Pick<LabelledFrame, "rows" | "labels" | "weights">,
  classWeights: ClassWeights | undefined,
): Float64Array | undefined {
  if (classWeights === undefined) return weights;
  const classes = classesOf(task);
  const factors =
    classWeights === "balanced" ? balanced(labels, classes.length) : named(classWeights, classes);
  return Float64Array.from(
    { length: rows },
    (_, row) =>
      (weights ? (weights[row] as number) : 1) * (factors[labels[row] as number] as number),
  );
}

function classesOf(task: Task): readonly string[] {
  if (task.type === "binary") return ["0", "1"];
  if (task.type === "multiclass") return task.classes;
  throw new InvalidInputError(`a ${task.type} target has no classes to weigh; use row weights`);
}

function balanced(labels: ArrayLike<number> & Iterable<number>, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  // A class without rows has no row to give its weight to.
  return counts.map((count) => labels.length / (classes * Math.max(count, 1)));
}

function named(
  weights: Readonly<Record<string, number>>,
  classes: readonly string[],
): readonly number[] {
  const unknown = Object.keys(weights).find((name) => !classes.includes(name));
  if (unknown === undefined) return classes.map((name) => weights[name] ?? 1);
  throw new InvalidInputError(
    `classWeights names ${unknown}, which is no class; classes are ${classes.join(", ")}`,
  );
}
