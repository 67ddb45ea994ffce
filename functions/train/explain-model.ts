import type { Task } from "../../core/definition/task.ts";
import { widthOf } from "../../core/definition/task.ts";
import { explainedRows } from "../../core/explain/explained-rows.ts";
import { globalContributions } from "../../core/explain/global-contributions.ts";
import type { TrainedModel } from "../../core/training/trained-model.ts";
import type { Frame } from "../../core/training/training-frame.ts";
import type { MadeCandidate } from "./made-candidate.ts";

/** Taken for the size of a model that has contributions and no file of them: 400 rows are explained. */
const UNKNOWN_BYTES = 1e7;

/**
 * What explains a model's predictions, and how far each input moves them on average over rows of the
 * validation split. Nothing of a family that has none.
 */
export function explainModel(
  { explainer, contributions }: Pick<TrainedModel, "explainer" | "contributions">,
  task: Task,
  validation: Frame,
): Pick<MadeCandidate, "explainer" | "summary"> {
  const bytes = explainer?.();
  if (contributions === undefined) return { summary: {} };
  const width = widthOf(task);
  const rows = explainedRows(
    bytes?.byteLength ?? UNKNOWN_BYTES,
    width * (validation.columns.length + 1),
  );
  const found = globalContributions(contributions, validation, { width, rows });
  return { ...(bytes && { explainer: bytes }), summary: { contributions: found } };
}
