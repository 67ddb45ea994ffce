import type { Issue } from "../errors.ts";
import { shownValue } from "../shown-value.ts";
import { aggregateColumns } from "./aggregate-columns.ts";
import type { Aggregate, CheckedDefinition } from "./model-definition.ts";
import { streamIssues } from "./parse-stream.ts";

/** What is wrong with the streams of a definition and with the columns that it makes of them. */
export function aggregateIssues(definition: CheckedDefinition): readonly Issue[] {
  const { streams, aggregates } = definition;
  return [
    ...streams.flatMap((stream, i): readonly Issue[] => {
      const isTwin = streams.findIndex(({ name }) => name === stream.name) < i;
      const twin = { path: `streams[${i}].name`, message: `${stream.name} is there twice` };
      return [...(isTwin ? [twin] : []), ...inStream(stream.name, streamIssues(stream))];
    }),
    ...Object.entries(aggregates).flatMap(([name, aggregate]) =>
      unknownIssues(definition, name, aggregate),
    ),
    ...aggregateColumns(definition).flatMap((column) => columnIssues(definition, column)),
    ...timeIssues(definition),
  ];
}

const inStream = (name: string, issues: readonly Issue[]): readonly Issue[] =>
  issues.map(({ path, message }) => ({ path: `streams.${name}.${path}`, message }));

function timeIssues({ source, aggregates }: CheckedDefinition): readonly Issue[] {
  if (source.eventTime !== undefined || Object.keys(aggregates).length === 0) return [];
  const message =
    "is needed by aggregates, which look back from it; name a field of type timestamp";
  return [{ path: "source.eventTime", message }];
}

function unknownIssues(
  { fields, rowFeatures, streams }: CheckedDefinition,
  name: string,
  { stream, feature = name }: Aggregate,
): readonly Issue[] {
  const path = `aggregates.${name}`;
  const issues: Issue[] = [];
  if (Object.hasOwn(fields, name)) issues.push({ path, message: "is the name of a field already" });
  if (Object.hasOwn(rowFeatures, name)) {
    issues.push({ path, message: "is the name of a row feature already" });
  }
  const known = streams.find((one) => one.name === stream);
  if (known === undefined) {
    const names = streams.map((one) => one.name).join(", ") || "none";
    const message = `must be one of streams (${names}), got ${shownValue(stream)}`;
    return [...issues, { path: `${path}.stream`, message }];
  }
  if (Object.hasOwn(known.features, feature)) return issues;
  const features = Object.keys(known.features).join(", ") || "none";
  const message = `must be a feature of ${stream} (${features}), got ${shownValue(feature)}`;
  return [...issues, { path: `${path}.feature`, message }];
}

function columnIssues(
  { fields, aggregates }: CheckedDefinition,
  { name, key, kind, feature, stream, fallback }: ReturnType<typeof aggregateColumns>[number],
): readonly Issue[] {
  const path = `aggregates.${name}`;
  const issues = Object.keys((aggregates[name] as Aggregate).key).flatMap((field): Issue[] =>
    feature.entity.includes(field)
      ? []
      : [{ path: `${path}.key.${field}`, message: `is not in the entity (${feature.entity})` }],
  );
  for (const [i, field] of key.entries()) {
    const entity = feature.entity[i] as string;
    const wanted = stream.fields[entity]?.type;
    const role = fields[field]?.role;
    if ((role === "feature" || role === "entity") && fields[field]?.type === wanted) continue;
    const message = `must name a field of type ${wanted} with role feature or entity, got ${shownValue(field)}`;
    issues.push({ path: `${path}.key.${entity}`, message });
  }
  const isText = fallback.use === "default" && typeof fallback.value === "string";
  if (fallback.use === "default" && isText !== (kind === "category")) {
    const message = `must be ${kind === "category" ? "text" : "a number"}, got ${shownValue(fallback.value)}`;
    issues.push({ path: `${path}.fallback.value`, message });
  }
  return issues;
}
