import type { Issue } from "../errors.ts";
import { shownValue } from "../shown-value.ts";
import type { CheckedDefinition } from "./model-definition.ts";
import { modelInputs } from "./model-inputs.ts";

/** What is wrong with the columns that weights, evaluation and routing name. */
export function columnIssues(definition: CheckedDefinition): readonly Issue[] {
  return [
    ...weightIssues(definition),
    ...contextIssues(definition),
    ...fairnessIssues(definition),
    ...routingIssues(definition),
    ...redactionIssues(definition),
    ...reasonCodeIssues(definition),
  ];
}

/** A request is routed by what it carries: a field, and not what is to be predicted of it. */
function routingIssues({ fields, serving, target }: CheckedDefinition): readonly Issue[] {
  const name = serving?.routingKey;
  if (name === undefined || (Object.hasOwn(fields, name) && !target.from.includes(name))) return [];
  const message = `must name a field that the target is not made from, got ${shownValue(name)}`;
  return [{ path: "serving.routingKey", message }];
}

/** A name that is misspelt must not leave personal data in the log. */
function redactionIssues({
  fields,
  rowFeatures,
  aggregates,
  serving,
}: CheckedDefinition): readonly Issue[] {
  const known = [fields, rowFeatures, aggregates];
  return (serving?.log.redact ?? []).flatMap((name, i): Issue[] =>
    known.some((columns) => Object.hasOwn(columns, name))
      ? []
      : [
          {
            path: `serving.log.redact[${i}]`,
            message: `must name a field, row feature or aggregate, got ${shownValue(name)}`,
          },
        ],
  );
}

/** A code of what is no input would never be told. */
function reasonCodeIssues(definition: CheckedDefinition): readonly Issue[] {
  const inputs = modelInputs(definition).map(({ name }) => name);
  return Object.keys(definition.serving?.explanations.codes ?? {}).flatMap((name): Issue[] =>
    inputs.includes(name)
      ? []
      : [
          {
            path: `serving.explanations.codes.${name}`,
            message: `must be of an input of the model; inputs are ${inputs.join(", ")}`,
          },
        ],
  );
}

function weightIssues({ fields, weight }: CheckedDefinition): readonly Issue[] {
  return (weight?.from ?? []).flatMap((name, i): Issue[] =>
    Object.hasOwn(fields, name)
      ? []
      : [{ path: `weight.from[${i}]`, message: `must name a field, got ${shownValue(name)}` }],
  );
}

/** Rows can be told apart by any column but a time, which has no groups, and what is to be predicted. */
function contextIssues({
  fields,
  rowFeatures,
  target,
  evaluation,
}: CheckedDefinition): readonly Issue[] {
  const isUsable = (name: string) =>
    name !== target.name &&
    (Object.hasOwn(rowFeatures, name) ||
      (Object.hasOwn(fields, name) && fields[name]?.type !== "timestamp"));
  return (["slices", "protectedGroups"] as const).flatMap((part) =>
    evaluation[part].flatMap((name, i): Issue[] => {
      if (isUsable(name)) return [];
      const wanted = "must name a row feature, or a field that is no timestamp and not the target";
      return [{ path: `evaluation.${part}[${i}]`, message: `${wanted}, got ${shownValue(name)}` }];
    }),
  );
}

function fairnessIssues({ gates, evaluation }: CheckedDefinition): readonly Issue[] {
  return gates.fairness.flatMap(({ column }, i): Issue[] => {
    if (evaluation.protectedGroups.includes(column)) return [];
    const message = `must be one of evaluation.protectedGroups, got ${shownValue(column)}`;
    return [{ path: `gates.fairness[${i}].column`, message }];
  });
}
