import type { Task } from "../definition/task.ts";
import { DataContractError } from "../errors.ts";
import type { LabelFacts } from "./label-facts.ts";
import type { SplitName } from "./manifest.ts";

/**
 * Fails where a split cannot be used: nothing can be learnt from labels that are all the same, and no
 * metric of them means anything. Rows of weight 0 do not count.
 *
 * @throws {DataContractError} if no row counts; all labels are the same; the training split lacks a
 *   class; no query has two rows of different relevance.
 */
export function checkSplit(task: Task, split: SplitName, facts: LabelFacts): void {
  if (facts.rows === 0) {
    throw new DataContractError(`the ${split} split has no rows; change split or bring more data`);
  }
  if (facts.counting === 0) {
    throw new DataContractError(
      `all ${facts.rows} rows of the ${split} split have weight 0; check weight.expression and the data`,
    );
  }
  const problem =
    task.type === "ranking" ? queryProblem(split, facts) : labelProblem(task, split, facts);
  if (problem === undefined) return;
  throw new DataContractError(`${problem}: check target.expression, split and the data`);
}

function labelProblem(
  task: Task,
  split: SplitName,
  { counting, first, isConstant, countingCounts }: LabelFacts,
): string | undefined {
  const classes = task.type === "multiclass" ? task.classes : [];
  if (isConstant) {
    const all = `all ${counting} rows of the ${split} split`;
    if (task.type === "regression") return `${all} have the value ${first}; two or more are needed`;
    if (task.type === "binary") return `${all} are of class ${first}; both classes are needed`;
    return `${all} are of class ${classes[first]}; two or more are needed`;
  }
  if (split !== "train") return undefined;
  const lacking = classes.filter((_name, i) => countingCounts[i] === 0);
  if (lacking.length === 0) return undefined;
  return `no row of the ${split} split is of class ${lacking.join(", ")}; each class is needed`;
}

function queryProblem(split: SplitName, { hasOrder }: LabelFacts): string | undefined {
  if (hasOrder) return undefined;
  return `no query of the ${split} split has two rows of different relevance; an order needs them`;
}
