import type { StoredDefinition } from "./model-definition.ts";

/** One named input of the ONNX graph, shape [n, 1]: float32 with NaN, or string with "", for missing. */
export interface ModelInput {
  readonly name: string;
  readonly kind: "number" | "category";
  /** A field of the request, or computed from fields by a row feature. */
  readonly origin: "field" | "row-feature";
}

type InputParts = Pick<StoredDefinition, "fields" | "rowFeatures">;

/**
 * The inputs of the model's ONNX graph, in the graph's order: feature fields by name, then row
 * features by name (a stored definition keeps no other order). Timestamps are no inputs themselves;
 * row features read them. A row feature with `input: false` is none either.
 */
export function modelInputs({ fields, rowFeatures }: InputParts): readonly ModelInput[] {
  const ofFields = Object.entries(fields)
    .sort(byName)
    .filter(([, field]) => field.role === "feature" && field.type !== "timestamp")
    .map(
      ([name, field]): ModelInput => ({
        name,
        kind: field.type === "category" ? "category" : "number",
        origin: "field",
      }),
    );
  const ofRowFeatures = Object.entries(inputFeatures(rowFeatures))
    .sort(byName)
    .map(([name, feature]): ModelInput => ({ name, kind: feature.type, origin: "row-feature" }));
  return [...ofFields, ...ofRowFeatures];
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
