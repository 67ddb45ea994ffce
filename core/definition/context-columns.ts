import type { StoredDefinition } from "./model-definition.ts";
import { type ModelInput, modelInputs } from "./model-inputs.ts";

type ContextParts = Pick<StoredDefinition, "fields" | "rowFeatures" | "evaluation" | "target">;

/**
 * The columns that a dataset keeps beside the model's inputs, by name: what `evaluation` slices or
 * compares groups by, and row features with `input: false` but for the one that tells queries apart. A
 * column that is an input is none of them.
 */
export function contextColumns(definition: ContextParts): readonly ModelInput[] {
  const { fields, rowFeatures, evaluation, target } = definition;
  const inputs = new Set(modelInputs(definition).map(({ name }) => name));
  const kept = Object.entries(rowFeatures).filter(
    ([name, { input }]) => input === false && name !== target.group,
  );
  const wanted = [
    ...kept.map(([name]) => name),
    ...evaluation.slices,
    ...evaluation.protectedGroups,
  ];
  const names = new Set(wanted.filter((name) => !inputs.has(name)));
  return [...names].sort().map((name): ModelInput => {
    const feature = rowFeatures[name];
    if (feature) return { name, kind: feature.type, origin: "row-feature" };
    const kind = fields[name]?.type === "category" ? "category" : "number";
    return { name, kind, origin: "field" };
  });
}
