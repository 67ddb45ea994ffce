import type { Task } from "../definition/task.ts";
import { InvalidInputError } from "../errors.ts";
import type { LabelledFrame, Labels } from "./training-frame.ts";

/** balanced: every class weighs as much as another. Else a factor for each class, 1 if not named. */
export type ClassWeights = "balanced" | Readonly<Record<string, number>>;

/**
 * Weights of rows with those of their classes multiplied in; the frame's own where no class has any.
 *
 * "balanced" is weight of all rows / (classes * weight of the class's rows), so that every class has the same
 * sum; of rows without weights that is scikit-learn's.
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
  const own = weights ?? new Float64Array(rows).fill(1);
  const factors =
    classWeights === "balanced"
      ? balanced(labels, own, classes.length)
      : named(classWeights, classes);
  return own.map((weight, row) => weight * (factors[labels[row] as number] as number));
}

function classesOf(task: Task): readonly string[] {
  if (task.type === "binary") return ["0", "1"];
  if (task.type === "multiclass") return task.classes;
  throw new InvalidInputError(`a ${task.type} target has no classes to weigh; use row weights`);
}

function balanced(labels: Labels, weights: Float64Array, classes: number): Float64Array {
  const sums = new Float64Array(classes);
  weights.forEach((weight, row) => {
    const label = labels[row] as number;
    sums[label] = (sums[label] as number) + weight;
  });
  const whole = sums.reduce((a, b) => a + b, 0);
  // A class without weight has none to share out.
  return sums.map((sum) => (sum > 0 ? whole / (classes * sum) : 0));
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
