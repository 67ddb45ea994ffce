import type { Row } from "../definition/model-definition.ts";
import type { Serving } from "../definition/serving-schema.ts";
import { type Task, widthOf } from "../definition/task.ts";
import { InvalidInputError } from "../errors.ts";
import { predictionId } from "../inference/prediction-id.ts";
import type { Scores, ScoringColumns } from "../inference/scorer.ts";
import { textHash } from "../sketch/hash32.ts";
import { type Reason, type ReasonRules, rowReasons } from "./row-reasons.ts";
import type { ExplainedPrediction, VersionExplainer } from "./version-explainer.ts";

/** Why a row was scored as it was. */
export interface RowExplanation {
  /** What contributions and base add up to, in the scale of the request's explanations. */
  readonly margin: number;
  /** The score where nothing is known of the row. */
  readonly base: number;
  /** Of each input, shape [inputs]. */
  readonly contributions: Float64Array;
  readonly reasons: readonly Reason[];
}

/** What a request is told beside its predictions. */
export interface Explanations
  extends Pick<VersionExplainer, "method" | "scale" | "samples" | "inputs"> {
  /** Of the first rows; of all, unless time ran out. */
  readonly rows: readonly RowExplanation[];
}

/** A request that was scored. */
export interface ScoredRows {
  readonly task: Task;
  /** Of the request: samples are drawn by it. */
  readonly id: string;
  readonly rows: readonly Row[];
  readonly columns: ScoringColumns;
  readonly scores: Scores;
}

/** @throws {InvalidInputError} if a request has more rows than may be explained. */
export function checkExplainable(rows: number, { mostRows }: Serving["explanations"]): void {
  if (rows <= mostRows) return;
  const message = `takes at most ${mostRows} rows (serving.explanations.mostRows), got ${rows}: send fewer, or leave it out`;
  throw new InvalidInputError(`request is wrong: explain ${message}`, {
    issues: [{ path: "explain", message }],
  });
}

/**
 * Explains rows one after the other until the time budget is used up; the row under way is finished.
 *
 * @param stopwatch milliseconds that only ever grow
 */
export async function explainRows(
  explainer: VersionExplainer,
  scored: ScoredRows,
  rules: Serving["explanations"],
  stopwatch: () => number,
): Promise<Explanations> {
  const { method, scale, samples, inputs } = explainer;
  const startedAt = stopwatch();
  const found: RowExplanation[] = [];
  for (let row = 0; row < scored.rows.length; row++) {
    if (stopwatch() - startedAt > rules.timeBudgetMs) break;
    found.push(await explained(explainer, scored, row, rules));
  }
  return { method, scale, ...(samples !== undefined && { samples }), inputs, rows: found };
}

async function explained(
  explainer: VersionExplainer,
  scored: ScoredRows,
  row: number,
  rules: ReasonRules,
): Promise<RowExplanation> {
  const { inputs, attributes } = explainer;
  const prediction = predictionOf(scored, row);
  const found = await explainer.contributions(prediction);
  const contributions = found.subarray(0, inputs.length);
  const moved = {
    inputs,
    contributions,
    valueAt: (name: string) => valueAt(scored, row, name),
    attributes: attributes?.(prediction),
  };
  const reasons = rowReasons(moved, rules);
  const margin = found.reduce((sum, own) => sum + own, 0);
  return { margin, base: found[inputs.length] as number, contributions, reasons };
}

function predictionOf({ task, id, columns, scores }: ScoredRows, row: number): ExplainedPrediction {
  const at = task.type === "multiclass" ? task.classes.indexOf(String(scores.labels?.[row])) : 0;
  const answered = scores.predictions[row * widthOf(task) + at] as number;
  return { columns, row, at, answered, seed: textHash(predictionId(id, row)) };
}

/** As the caller sent it, where it did; null for missing. */
function valueAt({ rows, columns }: ScoredRows, row: number, name: string): Reason["value"] {
  const sent = rows[row]?.[name];
  if (sent !== undefined && sent !== null) return sent;
  const seen = columns[name]?.[row];
  return seen === undefined || seen === "" || Number.isNaN(seen) ? null : seen;
}
