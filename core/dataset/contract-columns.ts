import { contextColumns } from "../definition/context-columns.ts";
import type { Field, StoredDefinition } from "../definition/model-definition.ts";

/** A column that is read from the source, with the rules that its values must keep. */
export interface ContractColumn
  extends Pick<Field, "type" | "role" | "required" | "min" | "max" | "values" | "maxLength"> {
  readonly name: string;
}

/**
 * The columns that a definition reads from its source, by name: every field that is not ignored;
 * those that give the event time, the id, the split and the query, which no row may lack; and those
 * that give weights and context.
 */
export function contractColumns(definition: StoredDefinition): readonly ContractColumn[] {
  const { fields, source, split, target, weight } = definition;
  const group = split.by === "group" ? split.column : undefined;
  const keys = [source.eventTime, source.id, group, target.group];
  const context = contextColumns(definition).map(({ name }) => name);
  const read = [...keys, ...(weight?.from ?? []), ...context];
  return Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([name, { role }]) => role !== "ignored" || read.includes(name))
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
