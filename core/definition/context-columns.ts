import { postprocessFields } from "../routines/postprocess-fields.ts";
import { isText } from "./field-schema.ts";
import type { StoredDefinition } from "./model-definition.ts";
import { type ModelInput, modelInputs } from "./model-inputs.ts";

type ContextParts = Pick<
  StoredDefinition,
  "fields" | "rowFeatures" | "evaluation" | "target" | "split" | "routines"
>;

/**
 * The columns that a dataset keeps beside the model's inputs, by name: what `evaluation` slices or
 * compares groups by, what the routine `postprocess` sees, and row features with `input: false` but for those that tell queries or splits
 * apart. A column that is an input is none of them.
 */
export function contextColumns(definition: ContextParts): readonly ModelInput[] {
  const { fields, rowFeatures, evaluation, target, split } = definition;
  const keys = [target.group, split.by === "group" ? split.column : undefined];
  const inputs = new Set(modelInputs(definition).map(({ name }) => name));
  const kept = Object.entries(rowFeatures).filter(
    ([name, { input }]) => input === false && !keys.includes(name),
  );
  const wanted = [
    ...kept.map(([name]) => name),
    ...evaluation.slices,
    ...evaluation.protectedGroups,
    ...(definition.routines?.includes("postprocess") ? postprocessFields(definition) : []),
  ];
  const names = new Set(wanted.filter((name) => !inputs.has(name)));
  return [...names].sort().map((name): ModelInput => {
    const feature = rowFeatures[name];
    if (feature) return { name, kind: feature.type, origin: "row-feature" };
    const kind = isText(fields[name]?.type) ? "category" : "number";
    return { name, kind, origin: "field" };
  });
}
