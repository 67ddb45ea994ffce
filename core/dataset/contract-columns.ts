import { contextColumns } from "../definition/context-columns.ts";
import type { Field, StoredDefinition } from "../definition/model-definition.ts";
import { namedColumns } from "../definition/quality-rules.ts";

/** A column that is read from the source, with the rules that its values must keep. */
export interface ContractColumn
  extends Pick<Field, "type" | "role" | "required" | "min" | "max" | "values" | "maxLength"> {
  readonly name: string;
}

/** Columns that no row may lack: its time, its id, and what rows are split and queried by. */
export function keyColumns({ source, split, target }: StoredDefinition): readonly string[] {
  const group = split.by === "group" ? split.column : undefined;
  const keys = [source.eventTime, source.id, group, target.group];
  return keys.filter((name) => name !== undefined);
}

/**
 * The columns that a definition reads from its source, by name: every field that is not ignored;
 * those that give the event time, the id, the split and the query, which no row may lack; and those
 * that give weights and context, or that a quality rule reads.
 */
export function contractColumns(definition: StoredDefinition): readonly ContractColumn[] {
  const { fields, weight } = definition;
  const keys = keyColumns(definition);
  const context = contextColumns(definition).map(({ name }) => name);
  const read = [...keys, ...(weight?.from ?? []), ...context, ...namedColumns(definition)];
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
