import type { StoredDefinition } from "./model-definition.ts";
import { type QualityRule, qualityOf } from "./quality-schema.ts";

/** A rule of a definition with its name. */
export type Named<Rule> = Rule & { readonly name: string };

/** The rules of a definition with one check, by name. */
export function rulesOf<Check extends QualityRule["check"]>(
  definition: Pick<StoredDefinition, "quality">,
  check: Check,
): readonly Named<Extract<QualityRule, { readonly check: Check }>>[] {
  const isWanted = (
    rule: Named<QualityRule>,
  ): rule is Named<Extract<QualityRule, { readonly check: Check }>> => rule.check === check;
  return Object.entries(qualityOf(definition).rules)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, rule]) => ({ ...rule, name }))
    .filter(isWanted);
}

/** Every column that the rules name. */
export const namedColumns = (definition: Pick<StoredDefinition, "quality">): readonly string[] =>
  Object.values(qualityOf(definition).rules).flatMap((rule) => {
    switch (rule.check) {
      case "unique":
        return rule.columns;
      case "null-share":
        return [rule.column];
      case "sql":
      case "aggregate":
        return rule.from;
      default:
        return [];
    }
  });
