import { InvalidInputError, type Issue } from "../errors.ts";
import { shownValue } from "../shown-value.ts";
import { describeIssues } from "./describe-issues.ts";
import {
  type StreamCondition,
  type StreamDefinition,
  type StreamFeature,
  streamSchema,
} from "./stream-schema.ts";

/**
 * Checks a stream definition: its shape, then the rules across its parts.
 *
 * @param input what `defineStream` was given, unchecked
 * @throws {InvalidInputError} with one issue for each thing that is wrong.
 */
export function parseStream(input: unknown): StreamDefinition {
  const parsed = streamSchema.safeParse(input);
  const issues = parsed.success
    ? streamIssues(parsed.data)
    : parsed.error.issues.flatMap((issue) => describeIssues(issue, input, "stream"));
  if (parsed.success && issues.length === 0) return parsed.data;
  const { name: given } = Object(input) as { readonly name?: unknown };
  const name = typeof given === "string" ? JSON.stringify(given) : "(without a name)";
  const lines = issues.map(({ path, message }) => `${path}: ${message}`);
  throw new InvalidInputError(`definition of stream ${name} is wrong: ${lines.join("; ")}`, {
    issues,
  });
}

/** Rules across the parts of a stream. */
export function streamIssues(stream: StreamDefinition): readonly Issue[] {
  const { fields, eventTime, id, features } = stream;
  const issues: Issue[] = [];
  if (fields[eventTime]?.type !== "timestamp" || fields[eventTime].required === false) {
    const message = `must name a required field of type timestamp, got ${shownValue(eventTime)}`;
    issues.push({ path: "eventTime", message });
  }
  const idField = fields[id];
  if (idField !== undefined && idField.type !== "category" && idField.type !== "integer") {
    issues.push({ path: "id", message: `must be a category or an integer, not ${idField.type}` });
  }
  for (const [name, feature] of Object.entries(features)) {
    const path = `features.${name}`;
    if (Object.hasOwn(fields, name))
      issues.push({ path, message: "is the name of a field already" });
    issues.push(...featureIssues(stream, feature, path));
  }
  return issues;
}

/** Operations that read numbers, and those that read any value. */
const OF_NUMBERS = ["sum", "mean", "min", "max", "standardDeviation"];
const OF_VALUES = [...OF_NUMBERS, "distinct", "last", "first", "topK"];

function featureIssues(
  { fields }: StreamDefinition,
  feature: StreamFeature,
  path: string,
): readonly Issue[] {
  const { entity, operation, value, of, where, k } = feature;
  const issue = (part: string, message: string): Issue => ({ path: `${path}.${part}`, message });
  const issues: Issue[] = entity.flatMap((name, i) => {
    const type = fields[name]?.type;
    if (type === "category" || type === "integer" || type === "boolean") return [];
    const wanted = "must name a field of type category, integer or boolean";
    return [issue(`entity[${i}]`, `${wanted}, got ${shownValue(name)}`)];
  });
  if (new Set(entity).size < entity.length) issues.push(issue("entity", "names a field twice"));
  const needsValue = OF_VALUES.includes(operation);
  if (needsValue !== (value !== undefined)) {
    const message = needsValue ? `is needed by ${operation}` : `is not read by ${operation}`;
    issues.push(issue("value", message));
  }
  const type = value === undefined ? undefined : fields[value]?.type;
  if (value !== undefined && (type === undefined || type === "timestamp")) {
    issues.push(issue("value", `must name a field that is no timestamp, got ${shownValue(value)}`));
  } else if (type === "category" && OF_NUMBERS.includes(operation)) {
    issues.push(issue("value", `must be a number for ${operation}, ${value} is a category`));
  }
  if ((operation === "rate") !== (of !== undefined)) {
    issues.push(issue("of", operation === "rate" ? "is needed by rate" : "is read by rate only"));
  }
  if ((operation === "topK") !== (k !== undefined)) {
    issues.push(issue("k", operation === "topK" ? "is needed by topK" : "is read by topK only"));
  }
  const conditions = (part: "of" | "where", list: readonly StreamCondition[]) =>
    list.flatMap((condition, i) => conditionIssues(fields, condition, `${path}.${part}[${i}]`));
  return [...issues, ...conditions("of", of ?? []), ...conditions("where", where)];
}

function conditionIssues(
  fields: StreamDefinition["fields"],
  condition: StreamCondition,
  path: string,
): readonly Issue[] {
  const field = fields[condition.field];
  if (field === undefined) {
    const message = `must name a field, got ${shownValue(condition.field)}`;
    return [{ path: `${path}.field`, message }];
  }
  if (!("value" in condition)) return [];
  const wanted = WANTED[field.type];
  const isText = typeof wanted.sample === "string";
  const given = Array.isArray(condition.value) ? condition.value : [condition.value];
  const wrong = given.find(
    (value) =>
      typeof value !== typeof wanted.sample ||
      (field.type === "timestamp" && Number.isNaN(Date.parse(String(value)))),
  );
  if (wrong !== undefined) {
    return [
      { path: `${path}.value`, message: `must be ${wanted.words}, got ${shownValue(wrong)}` },
    ];
  }
  const hasOrder = !isText || field.type === "timestamp";
  if (["<", "<=", ">", ">="].includes(condition.is) && (!hasOrder || field.type === "boolean")) {
    return [{ path: `${path}.is`, message: `${condition.field} has no order; use =, != or in` }];
  }
  return [];
}

/** What a condition's value must be, by the field's type. */
const WANTED = {
  number: { words: "a number", sample: 0 },
  integer: { words: "a number", sample: 0 },
  boolean: { words: "true or false", sample: true },
  category: { words: "text", sample: "" },
  timestamp: { words: "a time in ISO 8601", sample: "" },
} as const;
