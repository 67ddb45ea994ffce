import { aggregateColumns } from "./aggregate-columns.ts";
import { isText } from "./field-schema.ts";
import type { StoredDefinition } from "./model-definition.ts";

/** One named input of the ONNX graph, shape [n, 1]: float32 with NaN, or string with "", for missing. */
export interface ModelInput {
  readonly name: string;
  readonly kind: "number" | "category";
  /** A field of the request, a feature of a stream, or computed by a row feature. */
  readonly origin: "field" | "aggregate" | "row-feature";
}

type InputParts = Pick<StoredDefinition, "fields" | "rowFeatures"> &
  Partial<Pick<StoredDefinition, "streams" | "aggregates">>;

/**
 * The inputs of the model's ONNX graph, in the graph's order: feature fields by name, then
 * aggregates and row features, each by name (a stored definition keeps no other order). Timestamps are no inputs themselves;
 * row features read them. What has `input: false` is none either.
 */
export function modelInputs(definition: InputParts): readonly ModelInput[] {
  const { fields, rowFeatures } = definition;
  const ofFields = Object.entries(fields)
    .sort(byName)
    .filter(([, field]) => field.role === "feature" && field.type !== "timestamp")
    .map(
      ([name, field]): ModelInput => ({
        name,
        kind: isText(field.type) ? "category" : "number",
        origin: "field",
      }),
    );
  const ofRowFeatures = Object.entries(inputFeatures(rowFeatures))
    .sort(byName)
    .map(([name, feature]): ModelInput => ({ name, kind: feature.type, origin: "row-feature" }));
  const ofAggregates = aggregateColumns(definition)
    .filter(({ input }) => input)
    .map(({ name, kind }): ModelInput => ({ name, kind, origin: "aggregate" }));
  return [...ofFields, ...ofAggregates, ...ofRowFeatures];
}

/** The row features that the model reads: all that a prediction needs of them. */
export function inputFeatures(
  rowFeatures: StoredDefinition["rowFeatures"],
): StoredDefinition["rowFeatures"] {
  // Not by truth: definitions of versions made before there was `input` have none.
  return Object.fromEntries(Object.entries(rowFeatures).filter(([, { input }]) => input !== false));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
