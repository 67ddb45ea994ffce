import { keyColumns } from "../dataset/contract-columns.ts";
import type { StoredDefinition } from "../definition/model-definition.ts";
import { rulesOf } from "../definition/quality-rules.ts";
import { type FieldCheck, qualityOf } from "../definition/quality-schema.ts";

/** A field and what its value breaks, as one text. */
export const fieldCheck = (column: string, check: FieldCheck): string => `${column}.${check}`;

/**
 * What a value may break and its row be kept all the same, as `fieldCheck` has it. A row without a
 * value that it is split, ordered or told apart by cannot be kept.
 */
export function warnedChecks(definition: StoredDefinition): ReadonlySet<string> {
  const keys = keyColumns(definition);
  return new Set(
    Object.entries(qualityOf(definition).fields).flatMap(([column, actions]) =>
      (Object.keys(actions) as FieldCheck[])
        .filter((check) => actions[check] === "warn")
        .filter((check) => check !== "required" || !keys.includes(column))
        .map((check) => fieldCheck(column, check)),
    ),
  );
}

/** Whether rows may break a rule and be kept, so that they have to say which. */
export const hasFlags = (definition: StoredDefinition): boolean =>
  warnedChecks(definition).size > 0 ||
  rulesOf(definition, "sql").some(({ action }) => action === "warn");

/**
 * Columns whose values are kept beside the model's own until every rule is judged. Of a row that is one
 * too many all of them are, because it is quarantined as it was read.
 */
export function ruleColumns(
  definition: StoredDefinition,
  all: readonly string[],
): readonly string[] {
  const unique = rulesOf(definition, "unique");
  if (unique.length > 0) return all;
  const used = new Set([
    ...rulesOf(definition, "null-share").map(({ column }) => column),
    ...rulesOf(definition, "aggregate").flatMap(({ from }) => from),
    ...(hasFlags(definition) ? all : []),
    ...laterFeatures(definition),
  ]);
  return all.filter((name) => used.has(name));
}

/** Times that a model may read and that should not be after the row's own. */
export function laterFeatures({ fields, source }: StoredDefinition): readonly string[] {
  if (source.eventTime === undefined) return [];
  return Object.entries(fields)
    .filter(
      ([name, { type, role }]) =>
        type === "timestamp" && role === "feature" && name !== source.eventTime,
    )
    .map(([name]) => name)
    .sort();
}
