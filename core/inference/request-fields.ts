import type { Field, StoredDefinition } from "../definition/model-definition.ts";
import { inputFeatures } from "../definition/model-inputs.ts";

/** A field as a request may or must carry it. */
export type RequestField = Field & { readonly name: string };

type DefinitionParts = Pick<StoredDefinition, "fields" | "rowFeatures">;

/**
 * The fields of a request, in the order of the definition: every feature, timestamps included, and
 * every entity. An entity is required only where a row feature that the model reads reads it; the model
 * itself does not.
 */
export function requestFields({ fields, rowFeatures }: DefinitionParts): readonly RequestField[] {
  const readByCode = new Set(Object.values(inputFeatures(rowFeatures)).flatMap(({ from }) => from));
  return Object.entries(fields).flatMap(([name, field]): readonly RequestField[] => {
    if (field.role === "feature") return [{ ...field, name }];
    if (field.role !== "entity") return [];
    return [{ ...field, name, required: field.required && readByCode.has(name) }];
  });
}
