import { InvalidInputError, type Issue } from "../errors.ts";
import { shownValue } from "../shown-value.ts";
import { usedStreams } from "./aggregate-columns.ts";
import { aggregateIssues } from "./aggregate-issues.ts";
import { boostingIssues } from "./boosting-issues.ts";
import { candidateIssues } from "./candidate-issues.ts";
import { columnIssues } from "./column-issues.ts";
import { describeIssues } from "./describe-issues.ts";
import { featureOrder } from "./feature-order.ts";
import type { CheckedDefinition, StoredDefinition } from "./model-definition.ts";
import { modelInputs } from "./model-inputs.ts";
import { nameIssues } from "./name-issues.ts";
import { qualityIssues, samplingIssues } from "./quality-issues.ts";
import { definitionSchema } from "./schema.ts";
import { servingIssues } from "./serving-issues.ts";
import { storedTransforms } from "./stored-transforms.ts";
import { targetIssues } from "./target-issues.ts";
import { transformIssues } from "./transform-issues.ts";

/**
 * Checks a model definition: its shape, then the rules across fields.
 *
 * @param input what `defineModel` was given, unchecked
 * @throws {InvalidInputError} with one issue for each thing that is wrong: the field's path, the
 *   value that stands there and what is allowed.
 */
export function parseDefinition(input: unknown): CheckedDefinition {
  const parsed = definitionSchema.safeParse(input);
  const issues = parsed.success
    ? crossFieldIssues(parsed.data)
    : parsed.error.issues.flatMap((issue) => describeIssues(issue, input, "definition"));
  if (!parsed.success || issues.length > 0) {
    const name = nameOf(input);
    const lines = issues.map(({ path, message }) => `${path}: ${message}`);
    throw new InvalidInputError(`definition of model ${name} is wrong: ${lines.join("; ")}`, {
      issues,
    });
  }
  return parsed.data;
}

/**
 * The definition as data: without the functions of its row features, and of its streams with what it
 * uses, so that another feature of a stream makes no new definition of it.
 */
export function storedDefinition(definition: CheckedDefinition): StoredDefinition {
  const rowFeatures = Object.entries(definition.rowFeatures).map(
    ([name, { compute: _code, ...stored }]) => [name, stored],
  );
  return {
    ...definition,
    rowFeatures: Object.fromEntries(rowFeatures),
    streams: usedStreams(definition),
    ...storedTransforms(definition),
  };
}

function nameOf(input: unknown): string {
  const name = (input as { readonly name?: unknown } | null | undefined)?.name;
  return typeof name === "string" ? JSON.stringify(name) : "(without a name)";
}

function crossFieldIssues(definition: CheckedDefinition): readonly Issue[] {
  return [
    ...nameIssues(definition),
    ...sourceIssues(definition),
    ...targetIssues(definition),
    ...columnIssues(definition),
    ...servingIssues(definition),
    ...scheduleIssues(definition),
    ...rowFeatureIssues(definition),
    ...aggregateIssues(definition),
    ...splitIssues(definition),
    ...qualityIssues(definition),
    ...samplingIssues(definition),
    ...candidateIssues(definition),
    ...transformIssues(definition),
    ...boostingIssues(definition),
    ...exampleIssues(definition),
    ...(modelInputs(definition).length === 0
      ? [{ path: "fields", message: "no field has role feature, so the model has no input" }]
      : []),
  ];
}

function sourceIssues({ fields, source, split }: CheckedDefinition): readonly Issue[] {
  const { eventTime, id } = source;
  const issues: Issue[] = [];
  if (eventTime !== undefined && fields[eventTime]?.type !== "timestamp") {
    issues.push({
      path: "source.eventTime",
      message: `must name a field of type timestamp, got ${shownValue(eventTime)}`,
    });
  }
  if (eventTime === undefined && split.by === "time") {
    issues.push({
      path: "source.eventTime",
      message: "is needed to split by time; name a field of type timestamp, or split by hash",
    });
  }
  if (id !== undefined && !Object.hasOwn(fields, id)) {
    issues.push({ path: "source.id", message: `must name a field, got ${shownValue(id)}` });
  }
  return issues;
}

function rowFeatureIssues(definition: CheckedDefinition): readonly Issue[] {
  const { fields, rowFeatures, aggregates } = definition;
  const isReadable = (name: string) =>
    Object.hasOwn(rowFeatures, name) ||
    Object.hasOwn(aggregates, name) ||
    fields[name]?.role === "feature" ||
    fields[name]?.role === "entity";
  const issues = Object.entries(rowFeatures).flatMap(([name, { from }]): readonly Issue[] => {
    const path = `rowFeatures.${name}`;
    const unknown = from.flatMap((field, i): Issue[] => {
      if (isReadable(field)) return [];
      const wanted = "must name a field with role feature or entity, an aggregate or a row feature";
      return [{ path: `${path}.from[${i}]`, message: `${wanted}, got ${shownValue(field)}` }];
    });
    return Object.hasOwn(fields, name)
      ? [...unknown, { path, message: "is the name of a field already" }]
      : unknown;
  });
  const { circle } = featureOrder(rowFeatures);
  if (circle.length === 0) return issues;
  const message = `reads itself: ${circle.join(" reads ")}`;
  return [...issues, { path: `rowFeatures.${circle[0]}.from`, message }];
}

function splitIssues({ fields, rowFeatures, split }: CheckedDefinition): readonly Issue[] {
  if (split.by === "group" && !Object.hasOwn(fields, split.column)) {
    if (rowFeatures[split.column]?.type === "category") return [];
    const wanted = "must name a field, or a row feature of type category";
    return [{ path: "split.column", message: `${wanted}, got ${shownValue(split.column)}` }];
  }
  if (split.by !== "time") return [];
  const bounds = [
    ["validationFrom", split.validationFrom],
    ["testFrom", split.testFrom],
    ...(split.until === undefined ? [] : [["until", split.until] as const]),
  ] as const;
  return bounds.flatMap(([name, value], i): Issue[] => {
    const before = bounds[i - 1];
    return before !== undefined && Date.parse(value) <= Date.parse(before[1])
      ? [{ path: `split.${name}`, message: `must be after ${before[0]}, got ${shownValue(value)}` }]
      : [];
  });
}

function exampleIssues({ fields, example = {} }: CheckedDefinition): readonly Issue[] {
  return Object.keys(example).flatMap((name): Issue[] =>
    fields[name]?.role === "feature" || fields[name]?.role === "entity"
      ? []
      : [{ path: `example.${name}`, message: "is no field with role feature or entity" }],
  );
}

function scheduleIssues({ name, schedules }: CheckedDefinition): readonly Issue[] {
  const { batch } = schedules;
  if (batch === undefined || batch.prefix.startsWith(`sources/${name}/`)) return [];
  const message = `must lie below sources/${name}/, got ${shownValue(batch.prefix)}`;
  return [{ path: "schedules.batch.prefix", message }];
}
