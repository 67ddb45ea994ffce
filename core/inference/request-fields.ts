import type { Field, StoredDefinition } from "../definition/model-definition.ts";
import { readByCode, servedAggregates } from "../definition/served-features.ts";

/** A field as a request may or must carry it. */
export type RequestField = Field & { readonly name: string };

/** What a request may or must carry: a field, or the value of an aggregate. */
export type RequestMember = Omit<RequestField, "role">;

/** What a request is checked against. Versions made before there were streams lack the latter two. */
export type RequestParts = Pick<StoredDefinition, "fields" | "rowFeatures" | "routines"> &
  Partial<Pick<StoredDefinition, "streams" | "aggregates">>;

/** Longest text of an aggregate that a request carries, in UTF-16 code units. */
const LONGEST_AGGREGATE = 10_000;

/**
 * The fields of a request, in the order of the definition: every feature, timestamps included, and
 * every entity. An entity is required only where a row feature that the model reads reads it, or an
 * aggregate is keyed by it, or the model has routines, which see every field; the model itself does not.
 */
export function requestFields(definition: RequestParts): readonly RequestField[] {
  const keys = servedAggregates(definition).flatMap(({ key }) => key);
  const read = new Set([...readByCode(definition), ...keys]);
  const hasRoutines = definition.routines !== undefined;
  return Object.entries(definition.fields).flatMap(([name, field]): readonly RequestField[] => {
    if (field.role === "feature") return [{ ...field, name }];
    if (field.role !== "entity") return [];
    return [{ ...field, name, required: field.required && (hasRoutines || read.has(name)) }];
  });
}

/** The fields, and behind them the aggregates whose value a request may carry, which none must. */
export function requestMembers(definition: RequestParts): readonly RequestMember[] {
  const carried = servedAggregates(definition)
    .filter(({ inRequest }) => inRequest === "wins")
    .map(
      ({ name, kind, feature: { description } }): RequestMember => ({
        ...{ name, type: kind, required: false, maxLength: LONGEST_AGGREGATE },
        ...(description !== undefined && { description }),
      }),
    );
  return [...requestFields(definition), ...carried];
}

/** Names of the aggregates that a request must not carry, because they are fetched. */
export function fetchedNames(definition: RequestParts): ReadonlySet<string> {
  const fetched = servedAggregates(definition).filter(({ inRequest }) => inRequest === "refused");
  return new Set(fetched.map(({ name }) => name));
}
