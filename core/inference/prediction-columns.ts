export interface PredictionColumn {
  readonly name: string;
  /** instant is a time in UTC, integer has 32 bits, number 64. */
  readonly type: "text" | "instant" | "integer" | "number";
}

/** Columns that every file of logged predictions has, in their order. */
export const PREDICTION_COLUMNS = [
  { name: "predictionId", type: "text" },
  { name: "time", type: "instant" },
  { name: "model", type: "text" },
  { name: "version", type: "integer" },
  { name: "alias", type: "text" },
  { name: "requestId", type: "text" },
  { name: "traceId", type: "text" },
  { name: "score", type: "number" },
  { name: "label", type: "integer" },
  { name: "predictedClass", type: "text" },
  { name: "latencyMs", type: "number" },
  // names with "," between
  { name: "fallbacks", type: "text" },
  { name: "route", type: "text" },
  { name: "insteadOf", type: "integer" },
  { name: "rule", type: "text" },
  { name: "caller", type: "text" },
  { name: "sampleRate", type: "number" },
] as const satisfies readonly PredictionColumn[];

/** Column of a model input. */
export const featureColumn = (input: string) => `feature_${input}`;

/** Columns of the model's own inputs, in their order; they follow those that every file has. */
export const featureColumns = (
  inputs: readonly (readonly [name: string, kind: "number" | "category"])[],
): readonly PredictionColumn[] =>
  inputs.map(([name, kind]) => ({
    name: featureColumn(name),
    type: kind === "number" ? "number" : "text",
  }));
