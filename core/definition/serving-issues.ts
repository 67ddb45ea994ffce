import type { Issue } from "../errors.ts";
import { fallbackMembers } from "../routines/checked-answer.ts";
import { shownValue } from "../shown-value.ts";
import type { CheckedDefinition } from "./model-definition.ts";
import { taskOf } from "./task.ts";

/** What is wrong with the answer that stands in for the model's: it must be of the target's kind. */
export function servingIssues({ serving, target }: CheckedDefinition): readonly Issue[] {
  const fallback: Readonly<Record<string, unknown>> | undefined = serving?.fallback;
  if (fallback === undefined) return [];
  const members = fallbackMembers(taskOf(target));
  const foreign = Object.keys(fallback).find((name) => !Object.hasOwn(members, name));
  if (foreign !== undefined) {
    const message = `is no part of what a ${target.type} model answers; give ${Object.keys(members).join(" and ")}`;
    return [{ path: `serving.fallback.${foreign}`, message }];
  }
  return Object.entries(members).flatMap(([name, problem]): Issue[] => {
    const wrong = problem(fallback[name]);
    if (wrong === undefined) return [];
    const message = `must be ${wrong}, got ${shownValue(fallback[name])}`;
    return [{ path: `serving.fallback.${name}`, message }];
  });
}
