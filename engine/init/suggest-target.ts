import type { TaskType } from "../../core/definition/task.ts";
import { present } from "./suggest-type.ts";
import type { TypedColumn } from "./typed-column.ts";

/** What the model is probably to predict. */
export interface SuggestedTarget {
  readonly column: TypedColumn;
  readonly type: Exclude<TaskType, "ranking">;
  /** Binary: the value of class 1. */
  readonly positive?: string;
  /** Multiclass: every value, sorted. */
  readonly classes?: readonly string[];
}

const SURE = /^(target|label|class|outcome|y|response)$/i;
const LIKELY =
  /^(is_|has_|was_|will_)|churn|default|fraud|survived|converted|clicked|cancell?ed|bad$|late$|delay|status$|result|rating|price|species|kind$|amount_due|grade$|worldwide_gross/i;
const YES = /^(1|true|yes|y|t|bad|fraud|late|default(ed)?|churn(ed)?|charged?[ _]off|positive)$/i;
const MOST_CLASSES = 20;

/** The columns that may be the target, the likeliest first. */
export function suggestTargets(columns: readonly TypedColumn[]): readonly SuggestedTarget[] {
  return columns
    .flatMap((column, i) => {
      const target = targetOf(column);
      return target === undefined
        ? []
        : [{ target, score: scoreOf(column, target, i === columns.length - 1) }];
    })
    .sort((a, b) => b.score - a.score)
    .map(({ target }) => target);
}

function targetOf(column: TypedColumn): SuggestedTarget | undefined {
  const { type, facts } = column;
  const { distinct, top } = facts;
  if (distinct < 2 || type === "timestamp" || type === "tags" || column.isId) return undefined;
  if (distinct === 2) {
    const rarer = top[1] ?? "";
    return { column, type: "binary", positive: top.find((value) => YES.test(value)) ?? rarer };
  }
  if (type === "number" || type === "integer") return { column, type: "regression" };
  if (distinct > MOST_CLASSES || column.isFreeText) return undefined;
  return { column, type: "multiclass", classes: [...top].sort() };
}

function scoreOf({ name, facts }: TypedColumn, { type }: SuggestedTarget, isLast: boolean): number {
  const named = LIKELY.test(name) ? 2.5 : 0;
  const ofType = { binary: 1.5, multiclass: 0.5, regression: 0.2 }[type];
  const ofMissing = facts.missing > present(facts) / 100 ? -3 : 0;
  return (SURE.test(name) ? 4 : named) + ofType + (isLast ? 1.5 : 0) + ofMissing;
}
