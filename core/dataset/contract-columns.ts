import type { Field, StoredDefinition } from "../definition/model-definition.ts";
import { modelInputs } from "../definition/model-inputs.ts";
import { InvalidInputError } from "../errors.ts";

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
 *
 * @throws {InvalidInputError} if two columns of the dataset would have one name; upper and lower case are
 *   one name to SQL. Names beginning with `__` are the platform's.
 */
export function contractColumns(definition: StoredDefinition): readonly ContractColumn[] {
  const { fields, source, split } = definition;
  const keys = [source.eventTime, source.id, split.by === "group" ? split.column : undefined];
  const columns = Object.entries(fields)
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
  refuseTwins(columns.map(({ name }) => name));
  refuseTwins([...modelInputs(definition).map(({ name }) => name), definition.target.name]);
  return columns;
}

function refuseTwins(names: readonly string[]): void {
  for (const [i, name] of names.entries()) {
    if (name.startsWith("__")) {
      throw new InvalidInputError(`column name ${name} begins with __; choose another name`);
    }
    const twin = names.slice(0, i).find((other) => other.toLowerCase() === name.toLowerCase());
    if (twin !== undefined) {
      throw new InvalidInputError(
        `columns ${twin} and ${name} differ in case only; rename one of them`,
      );
    }
  }
}
