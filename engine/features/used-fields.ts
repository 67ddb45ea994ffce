import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { StreamDefinition } from "../../core/definition/stream-schema.ts";

/** The fields of a stream that its features read, and its event time, with their rules, by name. */
export function usedFields({
  fields,
  features,
  eventTime,
}: StreamDefinition): readonly (ContractColumn & { readonly type: StreamFieldType })[] {
  const used = new Set([eventTime]);
  for (const { entity, value, of = [], where } of Object.values(features)) {
    for (const name of [...entity, ...(value === undefined ? [] : [value])]) used.add(name);
    for (const { field } of [...of, ...where]) used.add(field);
  }
  return Object.entries(fields)
    .filter(([name]) => used.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { type, required, min, max, values, maxLength }]) => ({
      name,
      type,
      role: "feature",
      required: required || name === eventTime,
      maxLength,
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      ...(values === undefined ? {} : { values }),
    }));
}

type StreamFieldType = StreamDefinition["fields"][string]["type"];
