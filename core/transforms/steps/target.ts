import type { Task } from "../../definition/task.ts";
import type { StepOf } from "../../definition/transform-schema.ts";
import {
  drawFolds,
  fitTargetEncoder,
  type TargetEncoder,
} from "../../training/linear/target-encoding.ts";
import type { FrameColumn, Labels } from "../../training/training-frame.ts";
import { aNumber, type FitContext, type FittedStep, fromTexts } from "../fitted-step.ts";
import { categoryColumn } from "../training-values.ts";

/**
 * Strings to the mean of the target, of several classes to the share of each. Training rows have the
 * means of the rows of other folds, of which their own target is no part. Unknown strings have the
 * overall mean; missing ones stay missing.
 */
export function fitTarget(
  { smoothing, folds, seed }: StepOf<"target">,
  column: FrameColumn,
  context: FitContext,
): FittedStep {
  const { task, labels, weights } = context;
  const { encoder, outOfFold } = fitTargetEncoder(categoryColumn(column), {
    parts: partsOf(task, labels),
    weights,
    foldOf: foldsOf(context, folds, seed ?? context.seed),
    folds,
    smoothing,
  });
  const tables = encoder.tables.map((table) => valuesOf(encoder, table));
  return {
    found: { strings: encoder.codeOf.size, mean: encoder.tables.map(([mean]) => mean) },
    ...(task.type === "multiclass" && { ends: task.classes.map((name) => `=${name}`) }),
    training: outOfFold,
    build: fromTexts((nodes, strings) =>
      tables.map(({ values, unknown }) =>
        aNumber(nodes.lookUp(strings, values, { unknown, missing: Number.NaN })),
      ),
    ),
  };
}

/** What means are taken of: the label, or for each class whether a row is of it. */
function partsOf(task: Task, labels: Labels): readonly ArrayLike<number>[] {
  if (task.type !== "multiclass") return [labels];
  return task.classes.map((_, k) => Uint8Array.from(labels, (label) => (label === k ? 1 : 0)));
}

/** Of a ranking the rows of a query share a fold. */
function foldsOf({ labels, groups }: FitContext, folds: number, seed: number): Uint8Array {
  if (groups === undefined) return drawFolds(labels.length, folds, seed);
  const ofQuery = drawFolds(groups.length - 1, folds, seed);
  const foldOf = new Uint8Array(labels.length);
  for (const [query, fold] of ofQuery.entries()) {
    foldOf.fill(fold, groups[query], groups[query + 1]);
  }
  return foldOf;
}

function valuesOf({ codeOf }: TargetEncoder, table: Float32Array) {
  const values = new Map([...codeOf].map(([text, code]) => [text, table[code] as number] as const));
  return { values, unknown: table[0] as number };
}
