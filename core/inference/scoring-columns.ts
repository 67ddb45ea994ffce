import type { LoadedDefinition } from "../definition/loaded-definition.ts";
import type { Row } from "../definition/model-definition.ts";
import { type ModelInput, modelInputs } from "../definition/model-inputs.ts";
import { servedRowFeatures } from "../definition/served-features.ts";
import { DataContractError, InvalidInputError } from "../errors.ts";
import { type RowFeatureValues, rowFeatureComputer } from "../row/row-features.ts";
import type { ScoringColumns } from "./scorer.ts";

/** Rows of a request, with the aggregates that the version needs, as the columns that the graph reads. */
export type ColumnsOf = (rows: readonly Row[]) => ScoringColumns;

/**
 * Computes row features and lays rows out as columns, in the order of the model's inputs: numbers
 * and booleans as float32 with NaN, categories as strings with "", for missing.
 *
 * The function that is returned throws InvalidInputError where a row feature fails on a row: fields
 * alone were fine, their combination is not.
 */
export function scoringColumns(loaded: LoadedDefinition): ColumnsOf {
  const inputs = modelInputs(loaded.definition);
  const rowFeatures = servedRowFeatures(loaded.definition.rowFeatures);
  const computeRow = rowFeatureComputer({
    ...loaded,
    definition: { ...loaded.definition, rowFeatures },
  });

  return (rows) => {
    const features = rows.map((row, index) => computed(computeRow, row, index));
    const columns: Record<string, Float32Array | readonly string[]> = {};
    for (const input of inputs) {
      const source: readonly Row[] = input.origin === "row-feature" ? features : rows;
      columns[input.name] =
        input.kind === "number" ? numbers(input, source) : strings(input, source);
    }
    return columns;
  };
}

function computed(
  computeRow: (row: Row) => RowFeatureValues,
  row: Row,
  index: number,
): RowFeatureValues {
  try {
    return computeRow(row);
  } catch (cause) {
    if (!(cause instanceof DataContractError)) throw cause;
    throw rowError(index, cause.message, cause);
  }
}

function numbers({ name }: ModelInput, rows: readonly Row[]): Float32Array {
  const column = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) {
    const value = rows[i]?.[name] ?? Number.NaN;
    column[i] = Number(value);
    if (column[i] === Infinity || column[i] === -Infinity) {
      throw rowError(i, `${name} is ${value}, beyond what a 32-bit float holds`);
    }
  }
  return column;
}

function strings({ name }: ModelInput, rows: readonly Row[]): readonly string[] {
  return rows.map((row) => (row[name] ?? "") as string);
}

function rowError(index: number, message: string, cause?: unknown): InvalidInputError {
  const path = `instances[${index}]`;
  return new InvalidInputError(`request is wrong: ${path}: ${message}`, {
    cause,
    issues: [{ path, message }],
  });
}
