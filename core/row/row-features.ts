import type { LoadedDefinition } from "../definition/loaded-definition.ts";
import type { Row } from "../definition/model-definition.ts";
import { DataContractError } from "../errors.ts";

export type RowFeatureValues = Readonly<Record<string, number | string | null>>;

/**
 * The function that prepares data and that serves: computes every row feature of one row. Each sees
 * a fresh object with only the fields that it names in `from`.
 *
 * @returns values by feature name; null is missing, NaN counts as missing.
 * @throws {DataContractError} if a row feature throws or gives a value of the wrong type.
 */
export function rowFeatureComputer({
  definition,
  compute,
}: LoadedDefinition): (row: Row) => RowFeatureValues {
  const features = Object.entries(definition.rowFeatures).map(([name, { from, type }]) => {
    const run = compute[name];
    if (!run) throw new DataContractError(`code of row feature ${name} is missing`);
    return { name, from, run, wanted: type === "category" ? "string" : "number" };
  });

  return (row) => {
    const values: Record<string, number | string | null> = {};
    for (const { name, from, run, wanted } of features) {
      const seen: Record<string, number | string | boolean | null> = {};
      for (const field of from) seen[field] = row[field] ?? null;
      values[name] = checked(name, wanted, seen, run);
    }
    return values;
  };
}

function checked(
  name: string,
  wanted: string,
  row: Row,
  run: (row: Row) => unknown,
): number | string | null {
  let value: unknown;
  try {
    value = run(row);
  } catch (cause) {
    throw new DataContractError(
      `row feature ${name} threw on ${JSON.stringify(row)}: ${String(cause)}`,
      { cause },
    );
  }
  if (value === null || value === undefined || Number.isNaN(value)) return null;
  if (typeof value !== wanted || value === Infinity || value === -Infinity) {
    throw new DataContractError(
      `row feature ${name} gave ${String(value)} for ${JSON.stringify(row)}; it must give a finite ${wanted} or null`,
    );
  }
  return value as number | string;
}
