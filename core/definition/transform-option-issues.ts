import type { Issue } from "../errors.ts";
import { shownValue } from "../shown-value.ts";
import type { CustomStep, StepOf, TransformStep } from "./transform-schema.ts";
import type { TransformedKind } from "./transformed-columns.ts";

type MakingStep = Exclude<TransformStep, { readonly how: "drop" | "keep" }>;
type KindOf = (name: string) => TransformedKind | undefined;

/** What is wrong with the options of one step. */
export function stepOptionIssues(step: MakingStep, kindOf: KindOf, at: string): readonly Issue[] {
  switch (step.how) {
    case undefined:
      return customIssues(step, at);
    case "cross":
      return [];
    case "impute":
      return [...intoIssues(step, at), ...imputeIssues(step, kindOf, at)];
    case "bucketise":
      return [...intoIssues(step, at), ...edgeIssues(step, at)];
    case "clip":
      return [...intoIssues(step, at), ...clipIssues(step, at)];
    case "power":
      return [...intoIssues(step, at), ...powerIssues(step, at)];
    case "text":
      return [...intoIssues(step, at), ...textIssues(step, at)];
    default:
      return intoIssues(step, at);
  }
}

function intoIssues(
  { columns, into }: Pick<StepOf<"scale">, "columns" | "into">,
  at: string,
): readonly Issue[] {
  if (into === undefined) return [];
  if (into.length !== columns.length) {
    const message = `must name one column for each of columns, got ${into.length} for ${columns.length}`;
    return [{ path: `${at}.into`, message }];
  }
  const twice = into.find((name, i) => into.indexOf(name) !== i);
  return twice === undefined
    ? []
    : [{ path: `${at}.into`, message: `${twice} is named twice; choose another name` }];
}

function imputeIssues(
  { columns, value, ...step }: StepOf<"impute">,
  kindOf: KindOf,
  at: string,
): readonly Issue[] {
  const path = `${at}.value`;
  if (step.with !== "constant") {
    if (value !== undefined) return [{ path, message: "is for with: constant; leave it out" }];
    const text = columns.find((name) => kindOf(name) === "category");
    if (text === undefined || step.with === "most-frequent") return [];
    return [{ path: `${at}.with`, message: `${text} is a category, which has no ${step.with}` }];
  }
  const wanted = typeof value === "string" ? "category" : "number";
  if (value === undefined) return [{ path, message: "is needed for with: constant" }];
  return columns.flatMap((name): Issue[] =>
    kindOf(name) === wanted
      ? []
      : [{ path, message: `must fit ${name}, a ${kindOf(name)}, got ${shownValue(value)}` }],
  );
}

function edgeIssues({ edges, quantiles }: StepOf<"bucketise">, at: string): readonly Issue[] {
  if ((edges === undefined) === (quantiles === undefined)) {
    return [{ path: at, message: "needs either edges or quantiles" }];
  }
  const wrong = edges?.findIndex((edge, i) => i > 0 && edge <= (edges[i - 1] as number)) ?? -1;
  if (wrong < 0) return [];
  return [{ path: `${at}.edges[${wrong}]`, message: "must be above the edge before it" }];
}

function clipIssues({ min, max, quantiles }: StepOf<"clip">, at: string): readonly Issue[] {
  const isGiven = min !== undefined || max !== undefined;
  if (isGiven === (quantiles !== undefined)) {
    return [{ path: at, message: "needs either min or max, or quantiles" }];
  }
  const [low, high] = quantiles ?? [
    min ?? Number.NEGATIVE_INFINITY,
    max ?? Number.POSITIVE_INFINITY,
  ];
  if (low < high) return [];
  return [{ path: at, message: `the lower bound must be below the upper, got ${low} and ${high}` }];
}

function powerIssues({ by, exponent, lambda }: StepOf<"power">, at: string): readonly Issue[] {
  const issues: Issue[] = [];
  const isFitted = by === "box-cox" || by === "yeo-johnson";
  if ((by === "power") !== (exponent !== undefined)) {
    issues.push({
      path: `${at}.exponent`,
      message: "is needed for by: power, and for nothing else",
    });
  }
  if (lambda !== undefined && !isFitted) {
    issues.push({ path: `${at}.lambda`, message: "is for box-cox and yeo-johnson; leave it out" });
  }
  return issues;
}

function textIssues({ ngrams }: StepOf<"text">, at: string): readonly Issue[] {
  const [shortest, longest] = ngrams;
  if (shortest <= longest) return [];
  return [{ path: `${at}.ngrams`, message: "must be ascending, the shortest first" }];
}

function customIssues({ use, columns, into }: CustomStep, at: string): readonly Issue[] {
  const ends = Object.keys(use.makes);
  const issues: Issue[] = [];
  if (columns.length !== use.reads.length) {
    const message = `${use.name} reads ${use.reads.length}, got ${columns.length}`;
    issues.push({ path: `${at}.columns`, message });
  }
  if (into === undefined && columns.length > 1) {
    issues.push({ path: `${at}.into`, message: "is needed where a step reads several columns" });
  }
  if (ends.length === 0) issues.push({ path: `${at}.use`, message: `${use.name} makes no column` });
  return issues;
}
