import type { Issue } from "../errors.ts";
import { shownValue } from "../shown-value.ts";
import { durationMs } from "./duration.ts";
import type { CheckedDefinition } from "./model-definition.ts";
import { modelInputs } from "./model-inputs.ts";
import type { QualityRule } from "./quality-schema.ts";

/** What is wrong with the columns that quality rules name, and with what they ask for. */
export function qualityIssues(definition: CheckedDefinition): readonly Issue[] {
  const { fields, rules } = definition.quality ?? { fields: {}, rules: {} };
  const ofFields = Object.keys(fields).flatMap((name) =>
    fieldIssue(definition, `quality.fields.${name}`, name),
  );
  const ofRules = Object.entries(rules).flatMap(([name, rule]) =>
    ruleIssues(definition, `quality.rules.${name}`, rule),
  );
  return [...ofFields, ...ofRules];
}

function fieldIssue({ fields }: CheckedDefinition, path: string, name: string): readonly Issue[] {
  if (Object.hasOwn(fields, name)) return [];
  return [{ path, message: `must name a field, got ${shownValue(name)}` }];
}

function ruleIssues(
  definition: CheckedDefinition,
  path: string,
  rule: QualityRule,
): readonly Issue[] {
  const each = (part: string, names: readonly string[]) =>
    names.flatMap((name, i) => fieldIssue(definition, `${path}.${part}[${i}]`, name));
  switch (rule.check) {
    case "unique":
      return each("columns", rule.columns);
    case "sql":
    case "aggregate":
      return each("from", rule.from);
    case "null-share":
      return fieldIssue(definition, `${path}.column`, rule.column);
    case "freshness":
      if (definition.source.eventTime !== undefined) return [];
      return [{ path, message: "needs source.eventTime; name a field of type timestamp" }];
    case "distribution": {
      const inputs = modelInputs(definition).map(({ name }) => name);
      return (rule.columns ?? []).flatMap((name, i): Issue[] => {
        if (inputs.includes(name)) return [];
        const message = `must name an input of the model, got ${shownValue(name)}`;
        return [{ path: `${path}.columns[${i}]`, message }];
      });
    }
    default:
      return [];
  }
}

/** What is wrong with how the training split is kept apart, sampled and balanced. */
export function samplingIssues({
  split,
  sampling,
  balance,
  target,
}: CheckedDefinition): readonly Issue[] {
  const issues: Issue[] = [];
  const hasClasses = target.type === "binary" || target.type === "multiclass";
  if (balance && !hasClasses) {
    issues.push({ path: "balance", message: `needs classes, but the target is ${target.type}` });
  }
  const names = hasClasses ? (target.classes ?? ["0", "1"]) : [];
  for (const [i, name] of (sampling?.keepAll ?? []).entries()) {
    if (names.includes(name)) continue;
    const allowed =
      names.length === 0 ? "there are no classes" : `must be one of ${names.join(", ")}`;
    issues.push({ path: `sampling.keepAll[${i}]`, message: `${allowed}, got ${shownValue(name)}` });
  }
  if (split.by === "time" && split.gap !== undefined) {
    const between = Date.parse(split.testFrom) - Date.parse(split.validationFrom);
    if (durationMs(split.gap) >= between) {
      const message =
        "must be shorter than the time from validationFrom to testFrom, or no row validates";
      issues.push({ path: "split.gap", message: `${message}, got ${shownValue(split.gap)}` });
    }
  }
  return issues;
}
