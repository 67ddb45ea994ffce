import type { Issue } from "../errors.ts";
import { shownValue } from "../shown-value.ts";
import type { CheckedDefinition } from "./model-definition.ts";
import type { TaskType } from "./task.ts";

/** What is wrong with the target: its columns, its name, and what its type needs or does not know. */
export function targetIssues(definition: CheckedDefinition): readonly Issue[] {
  return [
    ...columnIssues(definition),
    ...taskIssues(definition),
    ...queryIssues(definition),
    ...classWeightIssues(definition),
  ];
}

function columnIssues({ fields, target, rowFeatures }: CheckedDefinition): readonly Issue[] {
  const issues = target.from.flatMap((name, i): Issue[] =>
    fields[name]?.role === "outcome"
      ? []
      : [
          {
            path: `target.from[${i}]`,
            message: `must name a field with role outcome, got ${shownValue(name)}`,
          },
        ],
  );
  const isTaken = Object.hasOwn(fields, target.name) && fields[target.name]?.role !== "outcome";
  if (isTaken || Object.hasOwn(rowFeatures, target.name)) {
    issues.push({
      path: "target.name",
      message: `${target.name} is the name of a field or row feature already`,
    });
  }
  return issues;
}

/** Parts of a target that one type of it has, and whether it must. */
const PARTS = [
  { part: "classes", type: "multiclass", isNeeded: true },
  { part: "quantiles", type: "regression", isNeeded: false },
  { part: "group", type: "ranking", isNeeded: true },
] as const satisfies readonly { part: string; type: TaskType; isNeeded: boolean }[];

function taskIssues({ target }: CheckedDefinition): readonly Issue[] {
  const { classes = [], quantiles = [] } = target;
  const issues = PARTS.flatMap(({ part, type, isNeeded }): Issue[] => {
    const path = `target.${part}`;
    const isGiven = target[part] !== undefined;
    if (isGiven && target.type !== type) {
      return [{ path, message: `is of ${type} targets only, this one is ${target.type}` }];
    }
    if (isGiven || !isNeeded || target.type !== type) return [];
    return [{ path, message: `is needed by a ${type} target` }];
  });
  issues.push(...twinIssues(classes));
  const falling = quantiles.findIndex((share, i) => share <= (quantiles[i - 1] ?? 0));
  if (falling >= 0) {
    const message = `quantiles must ascend, got ${quantiles[falling]}`;
    issues.push({ path: `target.quantiles[${falling}]`, message });
  }
  return issues;
}

/** Each class is a column of a batch's results, and DuckDB takes A to Z and a to z of names for the same. */
function twinIssues(classes: readonly string[]): readonly Issue[] {
  const folded = classes.map((name) => name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()));
  const twin = folded.findIndex((name, i) => folded.indexOf(name) < i);
  if (twin < 0) return [];
  const isSame = classes.indexOf(classes[twin] as string) < twin;
  const message = isSame
    ? `${shownValue(classes[twin])} is there twice; name each class once`
    : `${shownValue(classes[twin])} is there in upper and in lower case, which columns of results cannot tell apart; rename one`;
  return [{ path: `target.classes[${twin}]`, message }];
}

/** A query must lie in one split whole: all its rows are split by their query, or by its first row's time. */
function queryIssues({ fields, rowFeatures, target, split }: CheckedDefinition): readonly Issue[] {
  const { type, group } = target;
  if (type !== "ranking" || group === undefined) return [];
  const issues: Issue[] = [];
  const field = fields[group];
  const isFeature = rowFeatures[group]?.type === "category";
  const isKey = field?.type === "category" || field?.type === "integer";
  if (!isFeature && (!isKey || field?.role === "outcome")) {
    issues.push({
      path: "target.group",
      message: `must name a row feature of type category, or a field of type category or integer that is no outcome, got ${shownValue(group)}`,
    });
  }
  if (split.by === "hash") {
    const message = `would tear queries apart; split a ranking by group on ${group}, or by time`;
    issues.push({ path: "split.by", message });
  }
  if (split.by === "group" && split.column !== group) {
    const message = `must be target.group (${group}), so that queries stay whole, got ${shownValue(split.column)}`;
    issues.push({ path: "split.column", message });
  }
  return issues;
}

function classWeightIssues({ target, classWeights }: CheckedDefinition): readonly Issue[] {
  if (classWeights === undefined) return [];
  const { type, classes = ["0", "1"] } = target;
  if (type !== "binary" && type !== "multiclass") {
    return [{ path: "classWeights", message: `a ${type} target has no classes` }];
  }
  if (classWeights === "balanced") return [];
  return Object.keys(classWeights)
    .filter((name) => !classes.includes(name))
    .map((name) => ({
      path: `classWeights.${name}`,
      message: `is no class of the target; it has ${classes.join(", ")}`,
    }));
}
