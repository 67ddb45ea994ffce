import type { z } from "zod";
import type { Issue } from "../errors.ts";
import type { CheckedDefinition } from "./model-definition.ts";
import { type ModelInput, modelInputs } from "./model-inputs.ts";
import { BOOSTING_OBJECTIVES, type boostingParameters } from "./parameters/boosting.ts";

type Parameters = z.output<typeof boostingParameters>;

/** What gradient boosting cannot do with the target and inputs of a definition. */
export function boostingIssues(definition: CheckedDefinition): readonly Issue[] {
  const inputs = modelInputs(definition);
  return definition.candidates.flatMap((candidate, i) => {
    if (candidate.family !== "gradient-boosting") return [];
    const path = `candidates[${i}].parameters`;
    const { parameters } = candidate;
    return [
      ...objectiveIssues(parameters, definition.target.type, path),
      ...monotoneIssues(parameters, definition.target.type, inputs, path),
      ...parameters.interactions.flatMap((set, s) =>
        set.flatMap((name, n) => inputIssues(name, inputs, `${path}.interactions[${s}][${n}]`)),
      ),
    ];
  });
}

function objectiveIssues({ objective }: Parameters, target: string, at: string): readonly Issue[] {
  if (objective === undefined || BOOSTING_OBJECTIVES[objective] === target) return [];
  const fitting = Object.entries(BOOSTING_OBJECTIVES)
    .filter(([, task]) => task === target)
    .map(([name]) => name);
  const message = `${objective} is not for a ${target} target; choose ${fitting.join(", ")}`;
  return [{ path: `${at}.objective`, message }];
}

function monotoneIssues(
  { monotone }: Parameters,
  target: string,
  inputs: readonly ModelInput[],
  at: string,
): readonly Issue[] {
  const names = Object.keys(monotone);
  if (names.length > 0 && target === "multiclass") {
    return [{ path: `${at}.monotone`, message: "cannot be kept to with several classes" }];
  }
  return names.flatMap((name): readonly Issue[] => {
    const path = `${at}.monotone.${name}`;
    const isCategory = inputs.some((input) => input.name === name && input.kind === "category");
    if (isCategory) return [{ path, message: "is a category, which has no order" }];
    return inputIssues(name, inputs, path);
  });
}

function inputIssues(name: string, inputs: readonly ModelInput[], path: string): readonly Issue[] {
  if (inputs.some((input) => input.name === name)) return [];
  const known = inputs.map((input) => input.name).join(", ");
  return [{ path, message: `${name} is no input of the model; inputs are ${known}` }];
}
