import type { Task } from "../definition/task.ts";
import { RoutineError } from "../errors.ts";
import type { PredictionAnswer } from "../inference/prediction-answers.ts";
import { shownValue } from "../shown-value.ts";
import type { RoutineName } from "./routine-code.ts";

/** What callers are told of a row: what its task has, the rule that made it, and whatever else. */
export type RoutineAnswer = PredictionAnswer & { readonly rule?: string };

/** What an answer has of its task, and what its values must be. */
type Members = Readonly<Record<string, (value: unknown) => string | undefined>>;

/** Values beside the task's own: what JSON has that is no list and no object. */
const LONGEST_TEXT = 1_000;
const MOST_MEMBERS = 50;

/**
 * What a routine gave as an answer, if it is one.
 *
 * @param members of the task, as `answerMembers` or `fallbackMembers` has them
 * @throws {RoutineError} if it lacks something, or something is of another kind.
 */
export function checkedAnswer(
  routine: Exclude<RoutineName, "preprocess">,
  members: Members,
  given: unknown,
): Readonly<Record<string, unknown>> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new RoutineError(routine, `gave ${shownValue(given)}; it must give an answer`);
  }
  const answer = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  const checks = Object.entries({ ...members, rule: isRule });
  for (const [name, problem] of checks) {
    const wrong = problem(answer[name]);
    if (wrong)
      throw new RoutineError(
        routine,
        `gave ${name}: must be ${wrong}, got ${shownValue(answer[name])}`,
      );
  }
  const others = Object.entries(answer).filter(
    ([name]) => name !== "rule" && !Object.hasOwn(members, name),
  );
  const wrong = others.find(([name, value]) => name === "predictionId" || !isPlain(value));
  if (wrong || others.length > MOST_MEMBERS) {
    throw new RoutineError(
      routine,
      `gave ${wrong ? wrong[0] : `${others.length} members`}; beside its task an answer has at most ${MOST_MEMBERS} texts, finite numbers and booleans, and no predictionId`,
    );
  }
  return answer;
}

const isRule = (value: unknown) =>
  value === undefined || (typeof value === "string" && /^[\w.-]{1,100}$/.test(value))
    ? undefined
    : "a name of letters, digits, '.', '_' and '-'";

const isPlain = (value: unknown) =>
  value === null ||
  typeof value === "boolean" ||
  (typeof value === "string" && value.length <= LONGEST_TEXT) ||
  Number.isFinite(value);

const isShare = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= 1;
const share = (value: unknown) => (isShare(value) ? undefined : "a number from 0 to 1");
const finite = (value: unknown) =>
  Number.isFinite(Math.fround(value as number)) && typeof value === "number"
    ? undefined
    : "a finite 32-bit number";
const each =
  (names: readonly (string | number)[], problem: (value: unknown) => string | undefined) =>
  (value: unknown): string | undefined => {
    const numbers = (value ?? {}) as Readonly<Record<string, unknown>>;
    const wrong = names.map((name) => problem(numbers[name])).find(Boolean);
    return wrong && `${wrong} for each of ${names.join(", ")}`;
  };

/** What answers of a task have. */
export function answerMembers(task: Task): Members {
  switch (task.type) {
    case "multiclass":
      return { ...fallbackMembers(task), probabilities: each(task.classes, share) };
    case "regression":
      return task.quantiles.length === 0
        ? fallbackMembers(task)
        : { ...fallbackMembers(task), quantiles: each(task.quantiles, finite) };
    case "binary":
    case "ranking":
      return fallbackMembers(task);
  }
}

/** What fallbacks of a task have: no more than one number, and the label where there are labels. */
export function fallbackMembers(task: Task): Members {
  switch (task.type) {
    case "binary":
      return {
        label: (value) => (value === 0 || value === 1 ? undefined : "0 or 1"),
        probability: share,
      };
    case "multiclass":
      return {
        label: (value) =>
          task.classes.includes(value as string) ? undefined : `one of ${task.classes.join(", ")}`,
        probability: share,
      };
    case "regression":
      return { prediction: finite };
    case "ranking":
      return { score: finite };
  }
}
