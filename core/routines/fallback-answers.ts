import type { Row, StoredDefinition } from "../definition/model-definition.ts";
import { type Task, taskOf } from "../definition/task.ts";
import { RoutineError } from "../errors.ts";
import type { PredictionAnswer } from "../inference/prediction-answers.ts";
import { requestFields } from "../inference/request-fields.ts";
import { checkedAnswer, fallbackMembers, type RoutineAnswer } from "./checked-answer.ts";
import type { PostprocessedAnswers } from "./postprocess-answers.ts";
import { seenBy } from "./preprocess-rows.ts";
import { type RoutineCode, routinesOf } from "./routine-code.ts";
import { scoresOfAnswers } from "./scores-of-answers.ts";

/** Answers rows where no version can. @throws {RoutineError} if the rule fails and there is no constant. */
export type FallbackAnswers = (rows: readonly Row[]) => PostprocessedAnswers;

/**
 * What answers in a model's place: its routine `fallback`; or, where there is none or it fails,
 * `serving.fallback`.
 *
 * @param exported by the definition's `code.mjs`
 * @returns `undefined` where the model has neither
 */
export function fallbackAnswers(
  definition: StoredDefinition,
  exported: Readonly<Record<string, unknown>>,
): FallbackAnswers | undefined {
  const { fallback: rule } = routinesOf(definition, exported);
  const constant = definition.serving?.fallback;
  if (rule === undefined && constant === undefined) return undefined;
  const task = taskOf(definition.target);
  const byRule = rule && ruleOf(definition, task, rule);
  const answerOf = (row: Row): RoutineAnswer => {
    try {
      if (byRule) return byRule(row);
    } catch (error) {
      // the constant is there for whatever fails, the rule included
      if (constant === undefined) throw error;
    }
    return completed(task, constant as Readonly<Record<string, unknown>>);
  };
  return (rows) => {
    const answers = rows.map(answerOf);
    return { answers, scores: scoresOfAnswers(task, answers) };
  };
}

function ruleOf(
  definition: StoredDefinition,
  task: Task,
  rule: NonNullable<RoutineCode["fallback"]>,
): (row: Row) => RoutineAnswer {
  const names = requestFields(definition).map(({ name }) => name);
  const members = fallbackMembers(task);
  return (row) => {
    let given: unknown;
    try {
      given = rule(seenBy(names, row));
    } catch (cause) {
      throw new RoutineError("fallback", `threw ${String(cause)}`, { cause });
    }
    return completed(task, checkedAnswer("fallback", members, given));
  };
}

/** A fallback says one number; what else callers of the task are told follows from it. */
function completed(task: Task, given: Readonly<Record<string, unknown>>): RoutineAnswer {
  switch (task.type) {
    case "multiclass": {
      const { label, probability } = given as { readonly label: string; probability: number };
      const rest = (1 - probability) / (task.classes.length - 1);
      const probabilities = Object.fromEntries(
        task.classes.map((name) => [name, name === label ? probability : rest]),
      );
      return { probabilities, ...given } as unknown as PredictionAnswer;
    }
    case "regression": {
      if (task.quantiles.length === 0) return given as unknown as PredictionAnswer;
      const { prediction } = given as { readonly prediction: number };
      const quantiles = Object.fromEntries(
        task.quantiles.map((share) => [String(share), prediction]),
      );
      return { quantiles, ...given } as unknown as PredictionAnswer;
    }
    case "binary":
    case "ranking":
      return given as unknown as PredictionAnswer;
  }
}
