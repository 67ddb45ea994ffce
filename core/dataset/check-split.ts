import type { Task } from "../definition/task.ts";
import { DataContractError } from "../errors.ts";
import type { LabelledFrame, Labels } from "../training/training-frame.ts";
import { labelCounts } from "./label-summary.ts";
import type { SplitName } from "./manifest.ts";

/**
 * Fails where a split cannot be used: nothing can be learnt from labels that are all the same, and no
 * metric of them means anything. Rows of weight 0 do not count.
 *
 * @throws {DataContractError} if no row counts; all labels are the same; the training split lacks a
 *   class; no query has two rows of different relevance.
 */
export function checkSplit(task: Task, split: SplitName, frame: LabelledFrame): void {
  if (frame.rows === 0) {
    throw new DataContractError(`the ${split} split has no rows; change split or bring more data`);
  }
  const labels = countingLabels(frame);
  if (labels.length === 0) {
    throw new DataContractError(
      `all ${frame.rows} rows of the ${split} split have weight 0; check weight.expression and the data`,
    );
  }
  const problem =
    task.type === "ranking" ? queryProblem(split, frame) : labelProblem(task, split, labels);
  if (problem === undefined) return;
  throw new DataContractError(`${problem}: check target.expression, split and the data`);
}

function labelProblem(task: Task, split: SplitName, labels: Labels): string | undefined {
  const [first = 0] = labels;
  const classes = task.type === "multiclass" ? task.classes : [];
  if (isConstant(labels)) {
    const all = `all ${labels.length} rows of the ${split} split`;
    if (task.type === "regression") return `${all} have the value ${first}; two or more are needed`;
    if (task.type === "binary") return `${all} are of class ${first}; both classes are needed`;
    return `${all} are of class ${classes[first]}; two or more are needed`;
  }
  if (split !== "train") return undefined;
  const counts = labelCounts(labels, classes.length);
  const lacking = classes.filter((_name, i) => counts[i] === 0);
  if (lacking.length === 0) return undefined;
  return `no row of the ${split} split is of class ${lacking.join(", ")}; each class is needed`;
}

const isConstant = (labels: Labels): boolean => {
  for (const label of labels) if (label !== labels[0]) return false;
  return true;
};

function queryProblem(
  split: SplitName,
  { labels, weights, groups = Uint32Array.of() }: LabelledFrame,
): string | undefined {
  for (let query = 1; query < groups.length; query++) {
    let known: number | undefined;
    for (let row = groups[query - 1] as number; row < (groups[query] as number); row++) {
      if (weights?.[row] === 0) continue;
      known ??= labels[row];
      if (labels[row] !== known) return undefined;
    }
  }
  return `no query of the ${split} split has two rows of different relevance; an order needs them`;
}

/** Labels of the rows that count. */
function countingLabels({ labels, weights }: LabelledFrame): Labels {
  if (weights === undefined) return labels;
  const counts = (_label: number, row: number) => weights[row] !== 0;
  return labels instanceof Uint8Array ? labels.filter(counts) : labels.filter(counts);
}
