import type { Row, StoredDefinition } from "../definition/model-definition.ts";
import { type Task, taskOf, widthOf } from "../definition/task.ts";
import type { Scores } from "../inference/scorer.ts";
import { watchedScores } from "../inference/watched-scores.ts";
import type { RoutineAnswer } from "../routines/checked-answer.ts";
import type { PostprocessAnswers } from "../routines/postprocess-answers.ts";
import { postprocessFields } from "../routines/postprocess-fields.ts";
import type { FrameColumn, LabelledFrame } from "../training/training-frame.ts";

/** Rows that become objects at a time. */
const BLOCK_ROWS = 8_192;

/** Fields that the routine sees and a dataset lacks. */
export function missingFields(
  definition: StoredDefinition,
  { columns, context = [] }: LabelledFrame,
): readonly string[] {
  const known = new Set([...columns, ...context].map(({ name }) => name));
  return postprocessFields(definition).filter((name) => !known.has(name));
}

/**
 * What a version would have answered, as its metrics see it: the graph's predictions behind the routine
 * `postprocess`. A label that a rule changed counts as certain: its probability becomes 1, of the other
 * classes 0, where the one that the rule gave says something else.
 *
 * @param predictions of the graph, row by row, shape [rows * width]
 * @returns the same shape
 * @throws {RoutineError} if the routine fails on a row.
 */
export function postprocessedPredictions(
  {
    definition,
    postprocess,
  }: { readonly definition: StoredDefinition; readonly postprocess: PostprocessAnswers },
  test: LabelledFrame,
  { predictions, threshold }: { readonly predictions: Float32Array; readonly threshold: number },
): Float32Array {
  const task = taskOf(definition.target);
  const width = widthOf(task);
  const rowAt = rowsOf(definition, test);
  const judged = new Float32Array(predictions.length);
  for (let from = 0; from < test.rows; from += BLOCK_ROWS) {
    const to = Math.min(from + BLOCK_ROWS, test.rows);
    const rows = Array.from({ length: to - from }, (_, i) => rowAt(from + i));
    const some = predictions.subarray(from * width, to * width);
    const { answers, scores } = postprocess(scoresOf(task, some, threshold), rows);
    judged.set(scores.predictions, from * width);
    for (const [i, answer] of answers.entries()) {
      const own = judged.subarray((from + i) * width, (from + i + 1) * width);
      makeCertain(task, own, answer, threshold);
    }
  }
  return judged;
}

/** As the graph's own label outputs would say it. */
function scoresOf(task: Task, predictions: Float32Array, threshold: number): Scores {
  const width = widthOf(task);
  const scores = watchedScores(predictions, { width, ofClasses: task.type === "multiclass" });
  if (task.type === "binary") {
    return { scores, predictions, labels: Uint8Array.from(scores, (p) => Number(p >= threshold)) };
  }
  if (task.type !== "multiclass") return { scores, predictions };
  const labels = Array.from(scores, (_, row) =>
    likeliest(task.classes, predictions.subarray(row * width, (row + 1) * width)),
  );
  return { scores, predictions, labels };
}

const likeliest = (classes: readonly string[], probabilities: Float32Array): string =>
  classes[probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b)))] as string;

function makeCertain(
  task: Task,
  own: Float32Array,
  answer: RoutineAnswer,
  threshold: number,
): void {
  if (!("label" in answer)) return;
  const { label } = answer;
  if (task.type === "binary" && Number((own[0] as number) >= threshold) !== label) {
    own[0] = label as number;
  }
  if (task.type === "multiclass" && likeliest(task.classes, own) !== label) {
    own.set(task.classes.map((name) => Number(name === label)));
  }
}

/** Rows as the routine sees them in a request, but for numbers, which have 32 bits here. */
function rowsOf(
  definition: StoredDefinition,
  { columns, context = [] }: LabelledFrame,
): (row: number) => Row {
  const byName = new Map([...columns, ...context].map((column) => [column.name, column]));
  const fields = postprocessFields(definition).flatMap((name) => {
    const column = byName.get(name);
    return column ? [{ name, column, isFlag: definition.fields[name]?.type === "boolean" }] : [];
  });
  return (row) => {
    const values: Record<string, Row[string]> = {};
    for (const { name, column, isFlag } of fields) {
      const value = valueAt(column, row);
      values[name] = isFlag && value !== null ? value === 1 : value;
    }
    return values;
  };
}

function valueAt(column: FrameColumn, row: number): number | string | null {
  if (column.kind === "category") return column.dictionary[column.codes[row] as number] ?? null;
  const value = column.values[row] as number;
  return Number.isNaN(value) ? null : value;
}
