import type { z } from "zod";
import type { Issue } from "../errors.ts";
import { drawCandidates } from "../search/draw-candidates.ts";
import { candidateSchema } from "./candidate-schema.ts";
import type { Candidate, CheckedDefinition } from "./model-definition.ts";
import { modelInputs } from "./model-inputs.ts";
import { BOOSTING_OBJECTIVES, type boostingParameters } from "./parameters/boosting.ts";
import { type TransformedColumn, transformedColumns } from "./transformed-columns.ts";

type Parameters = z.output<typeof boostingParameters>;

/** What gradient boosting cannot do with the target and inputs of a definition. */
export function boostingIssues(definition: CheckedDefinition): readonly Issue[] {
  return [
    ...definition.candidates.flatMap((candidate, i) =>
      candidateIssues(definition, candidate, `candidates[${i}].parameters`),
    ),
    // Those that a search draws: of many with the same fault, one says it.
    ...drawnBoosting(definition)
      .flatMap((candidate) => candidateIssues(definition, candidate, "search.families"))
      .slice(0, 1),
  ];
}

/** Candidates whose parameters the family allows; what is wrong with others is told elsewhere. */
function drawnBoosting({ search, seed }: CheckedDefinition): readonly Candidate[] {
  if (search === undefined) return [];
  return drawCandidates(search, seed).flatMap((drawn) => {
    const parsed = candidateSchema.safeParse(drawn);
    return parsed.success ? [parsed.data] : [];
  });
}

function candidateIssues(
  definition: CheckedDefinition,
  candidate: Candidate,
  path: string,
): readonly Issue[] {
  const steps = candidate.transforms ?? definition.transforms ?? [];
  const isMulticlass = definition.target.type === "multiclass";
  const inputs = transformedColumns(modelInputs(definition), steps, isMulticlass);
  if (candidate.family !== "gradient-boosting") return [];
  const { parameters } = candidate;
  return [
    ...objectiveIssues(parameters, definition.target.type, path),
    ...monotoneIssues(parameters, definition.target.type, inputs, path),
    ...parameters.interactions.flatMap((set, s) =>
      set.flatMap((name, n) => inputIssues(name, inputs, `${path}.interactions[${s}][${n}]`)),
    ),
  ];
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
  inputs: readonly TransformedColumn[],
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

function inputIssues(
  name: string,
  inputs: readonly TransformedColumn[],
  path: string,
): readonly Issue[] {
  if (inputs.some((input) => input.name === name)) return [];
  const known = inputs.map((input) => input.name).join(", ");
  return [{ path, message: `${name} is no input of the model; inputs are ${known}` }];
}
