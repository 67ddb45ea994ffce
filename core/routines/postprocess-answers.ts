import type { Row, StoredDefinition } from "../definition/model-definition.ts";
import { taskOf } from "../definition/task.ts";
import { RoutineError } from "../errors.ts";
import { predictionAnswers } from "../inference/prediction-answers.ts";
import type { Scores } from "../inference/scorer.ts";
import { answerMembers, checkedAnswer, type RoutineAnswer } from "./checked-answer.ts";
import { postprocessFields } from "./postprocess-fields.ts";
import { seenBy } from "./preprocess-rows.ts";
import type { Routine } from "./routine-code.ts";
import { scoresOfAnswers } from "./scores-of-answers.ts";

/** Answers as callers are told them, and the same as scores. */
export interface PostprocessedAnswers {
  readonly answers: readonly RoutineAnswer[];
  readonly scores: Scores;
}

/** Changes what rows are answered. @throws {RoutineError} */
export type PostprocessAnswers = (scores: Scores, rows: readonly Row[]) => PostprocessedAnswers;

/**
 * The model's routine `postprocess` over what the graph answered. A label that it changes must have a
 * `rule`, so that everybody can tell the rule's decisions from the model's.
 *
 * The function that is returned throws RoutineError where the routine throws or gives something else.
 */
export function answerPostprocessor(
  definition: StoredDefinition,
  run: Routine,
): PostprocessAnswers {
  const task = taskOf(definition.target);
  const members = answerMembers(task);
  const names = postprocessFields(definition);
  const one = (answer: RoutineAnswer, row: Row): RoutineAnswer => {
    const given = checkedAnswer("postprocess", members, called(run, answer, seenBy(names, row)));
    if ("label" in answer && given.label !== answer.label && given.rule === undefined) {
      throw new RoutineError(
        "postprocess",
        `changed the label from ${answer.label} to ${given.label} without a rule; add rule: "<its name>"`,
      );
    }
    return given as unknown as RoutineAnswer;
  };
  return (scores, rows) => {
    const answers = predictionAnswers(task, scores).map((answer, i) => one(answer, rows[i] as Row));
    return { answers, scores: scoresOfAnswers(task, answers) };
  };
}

function called(run: Routine, answer: RoutineAnswer, seen: object): unknown {
  try {
    // its own: what a routine does to it must not reach what is compared with
    return run({ ...answer }, seen);
  } catch (cause) {
    throw new RoutineError("postprocess", `threw ${String(cause)}`, { cause });
  }
}
