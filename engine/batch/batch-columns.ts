import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { inputFeatures } from "../../core/definition/model-inputs.ts";
import { requestFields } from "../../core/inference/request-fields.ts";

/**
 * The columns that a batch's file must have: every feature, every entity that a row feature reads, and
 * the id, which no row may lack. Others may be there and are not looked at.
 *
 * A column is needed even if its values may be missing: a whole column that is forgotten would be
 * scored without a word.
 */
export function batchColumns(definition: StoredDefinition): readonly ContractColumn[] {
  const { fields, rowFeatures, source } = definition;
  const readByCode = new Set(Object.values(inputFeatures(rowFeatures)).flatMap(({ from }) => from));
  const asked = requestFields(definition).filter(
    ({ name, role }) => role === "feature" || readByCode.has(name),
  );
  const id = source.id === undefined ? undefined : fields[source.id];
  if (id === undefined || source.id === undefined) return asked;
  const others = asked.filter(({ name }) => name !== source.id);
  return [...others, { ...id, name: source.id, required: true }];
}
