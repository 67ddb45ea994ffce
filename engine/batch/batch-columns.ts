import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { readByCode, servedAggregates } from "../../core/definition/served-features.ts";
import { requestFields } from "../../core/inference/request-fields.ts";

/**
 * The columns that a batch's file must have: every feature, every entity that a row feature reads, an
 * aggregate is keyed by, or a routine may see; and the id, and where there are aggregates the event time, which no row may
 * lack. Others may be there and are not looked at.
 *
 * A column is needed even if its values may be missing: a whole column that is forgotten would be
 * scored without a word.
 */
export function batchColumns(definition: StoredDefinition): readonly ContractColumn[] {
  const { fields, source } = definition;
  const aggregates = servedAggregates(definition);
  const hasRoutines = definition.routines !== undefined;
  const read = new Set([...readByCode(definition), ...aggregates.flatMap(({ key }) => key)]);
  const asked = requestFields(definition).filter(
    ({ name, role }) => role === "feature" || hasRoutines || read.has(name),
  );
  const keys = [aggregates.length === 0 ? undefined : source.eventTime, source.id];
  const needed = keys.flatMap((name): readonly ContractColumn[] => {
    const field = name === undefined ? undefined : fields[name];
    return field === undefined || name === undefined ? [] : [{ ...field, name, required: true }];
  });
  const others = asked.filter(({ name }) => !needed.some((key) => key.name === name));
  return [...others, ...needed];
}
