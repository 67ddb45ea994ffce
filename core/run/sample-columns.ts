import type { ModelInput } from "../definition/model-inputs.ts";
import { IntegrityError } from "../errors.ts";
import type { ScoringColumns } from "../inference/scorer.ts";
import type { SampleRow } from "./run-report.ts";

/**
 * Sample rows as the columns that the graph reads.
 *
 * @throws {IntegrityError} if a row lacks an input, or has a value of another kind.
 */
export function sampleColumns(
  inputs: readonly ModelInput[],
  samples: readonly SampleRow[],
): ScoringColumns {
  return Object.fromEntries(
    inputs.map(({ name, kind }) => {
      const values = samples.map((sample) => checkedValue(sample, name, kind));
      const column =
        kind === "number"
          ? Float32Array.from(values, (value) => (value === null ? Number.NaN : Number(value)))
          : values.map((value) => (value === null ? "" : String(value)));
      return [name, column];
    }),
  );
}

function checkedValue({ inputs }: SampleRow, name: string, kind: ModelInput["kind"]) {
  const value = inputs[name];
  const wanted = kind === "number" ? "number" : "string";
  if (value === null || typeof value === wanted) return value as number | string | null;
  throw new IntegrityError(
    `a sample row has ${value === undefined ? "no value" : `the ${typeof value} ${value}`} for input ${name}; it must have a ${wanted} or null`,
  );
}
