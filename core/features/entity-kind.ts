import type { StreamDefinition, StreamFeature } from "../definition/stream-schema.ts";
import type { EventValue, FeatureRequest, StreamEvent } from "./feature-store.ts";

/** Fields that together are an entity, and the features of the stream that are keyed by them. */
export interface EntityKind {
  /** The fields' names, sorted, with "+" between. */
  readonly name: string;
  /** Sorted by name. */
  readonly fields: readonly string[];
  readonly features: readonly StreamFeature[];
  /** Fields that the features read. */
  readonly columns: readonly string[];
}

/** The kinds of entities of a stream, by name. */
export function entityKinds({
  features,
}: Pick<StreamDefinition, "features">): readonly EntityKind[] {
  const kinds = new Map<string, StreamFeature[]>();
  for (const feature of Object.values(features)) {
    const name = entityKindName(feature);
    kinds.set(name, [...(kinds.get(name) ?? []), feature]);
  }
  return [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, ofKind]) => ({
      name,
      fields: name.split("+"),
      features: ofKind,
      columns: [...new Set(ofKind.flatMap(fieldsRead))].sort(),
    }));
}

/** The kind of entity of a feature: the order of its fields does not matter. */
export function entityKindName({ entity }: Pick<StreamFeature, "entity">): string {
  return [...entity].sort().join("+");
}

const fieldsRead = ({ value, of = [], where }: StreamFeature): readonly string[] => [
  ...(value === undefined ? [] : [value]),
  ...[...of, ...where].map(({ field }) => field),
];

/** The entity of an event as text; undefined if a field has no value. */
export function keyOfEvent({ fields }: EntityKind, { values }: StreamEvent): string | undefined {
  const key = fields.map((field) => values[field] ?? null);
  return key.includes(null) ? undefined : keyText(key);
}

/** The entity that is asked for, as `keyOfEvent` writes it. */
export function keyOfRequest(entity: readonly string[], key: FeatureRequest["key"]): string {
  const byField = new Map(entity.map((field, i) => [field, key[i] as EventValue]));
  return keyText([...entity].sort().map((field) => byField.get(field) as EventValue));
}

const keyText = (values: readonly EventValue[]): string => JSON.stringify(values);
