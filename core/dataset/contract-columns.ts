import type { Field, StoredDefinition } from "../definition/model-definition.ts";

/** A column that is read from the source, with the rules that its values must keep. */
export interface ContractColumn
  extends Pick<Field, "type" | "role" | "required" | "min" | "max" | "values" | "maxLength"> {
  readonly name: string;
}

/** Name of the event time among the columns of a dataset. */
export const EVENT_TIME_COLUMN = "__event_time";

/**
 * The columns that a definition reads from its source, by name: every field that is not ignored, and
 * those that give the event time, the id and the split, which no row may lack.
 */
export function contractColumns(definition: StoredDefinition): readonly ContractColumn[] {
  const { fields, source, split } = definition;
  const keys = [source.eventTime, source.id, split.by === "group" ? split.column : undefined];
  return Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([name, { role }]) => role !== "ignored" || keys.includes(name))
    .map(([name, { type, role, required, min, max, values, maxLength }]) => ({
      name,
      type,
      role,
      required: required || keys.includes(name),
      maxLength,
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      ...(values === undefined ? {} : { values }),
    }));
}
