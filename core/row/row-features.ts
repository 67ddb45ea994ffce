import { featureOrder } from "../definition/feature-order.ts";
import type { LoadedDefinition } from "../definition/loaded-definition.ts";
import type { Row } from "../definition/model-definition.ts";
import { DataContractError } from "../errors.ts";
import { shownValue } from "../shown-value.ts";

type RowFeatures = LoadedDefinition["definition"]["rowFeatures"];

export type RowFeatureValues = Readonly<Record<string, number | string | null>>;

/**
 * The function that prepares data and that serves: computes every row feature of one row, each behind
 * those that it reads. Each sees a fresh object with only what it names in `from`: fields and
 * aggregates, which the row holds, and row features. A row feature that is not in the definition is
 * taken from the row.
 *
 * @returns values by feature name; null is missing, NaN counts as missing.
 * @throws {DataContractError} if a row feature throws or gives a value of the wrong type.
 */
export function rowFeatureComputer({
  definition,
  compute,
}: LoadedDefinition): (row: Row) => RowFeatureValues {
  const { rowFeatures } = definition;
  const features = featureOrder(rowFeatures).order.map((name) => {
    const { from, type } = rowFeatures[name] as RowFeatures[string];
    const run = compute[name];
    if (!run) throw codeIsMissing(name);
    const reads = from.map((read) => ({ read, isComputed: Object.hasOwn(rowFeatures, read) }));
    return { name, reads, run, wanted: type === "category" ? "string" : "number" };
  });

  return (row) => {
    const values: Record<string, number | string | null> = {};
    for (const { name, reads, run, wanted } of features) {
      const seen: Record<string, number | string | boolean | null> = {};
      for (const { read, isComputed } of reads) {
        seen[read] = (isComputed ? values[read] : row[read]) ?? null;
      }
      values[name] = checked(name, wanted, seen, run);
    }
    return values;
  };
}

/**
 * One row feature alone, that reads no other: for whoever has laid out rows that hold what it names in
 * `from`, and nothing else. Gives and throws what `rowFeatureComputer` does.
 */
export function oneRowFeature(
  { definition, compute }: LoadedDefinition,
  name: string,
): (row: Row) => number | string | null {
  const { type } = definition.rowFeatures[name] as RowFeatures[string];
  const run = compute[name];
  if (!run) throw codeIsMissing(name);
  const wanted = type === "category" ? "string" : "number";
  return (row) => checked(name, wanted, row, run);
}

const codeIsMissing = (name: string) =>
  new DataContractError(`code of row feature ${name} is missing`);

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
      `row feature ${name} gave ${shownValue(value)} for ${JSON.stringify(row)}; it must give a finite ${wanted} or null`,
    );
  }
  return value as number | string;
}
