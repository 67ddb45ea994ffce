import { type AggregateColumn, aggregateColumns } from "./aggregate-columns.ts";
import { featureOrder } from "./feature-order.ts";
import type { StoredDefinition } from "./model-definition.ts";
import { inputFeatures, type ModelInput, modelInputs } from "./model-inputs.ts";

type RowFeatures = StoredDefinition["rowFeatures"];

/** Versions made before there were streams have none of the two. */
type ServedParts = Pick<StoredDefinition, "fields" | "rowFeatures"> &
  Partial<Pick<StoredDefinition, "streams" | "aggregates">>;

/**
 * The row features that a prediction needs: the model's inputs and those that they read, each behind
 * those that it reads.
 */
export function servedRowFeatures(rowFeatures: RowFeatures): RowFeatures {
  const { order } = featureOrder(rowFeatures);
  const needed = new Set(Object.keys(inputFeatures(rowFeatures)));
  for (const name of order.toReversed()) {
    if (!needed.has(name)) continue;
    for (const read of (rowFeatures[name] as { readonly from: readonly string[] }).from)
      needed.add(read);
  }
  return Object.fromEntries(
    order.filter((name) => needed.has(name)).map((name) => [name, rowFeatures[name] as never]),
  );
}

/** Fields, aggregates and row features that the code of a prediction reads. */
export function readByCode({ rowFeatures }: Pick<ServedParts, "rowFeatures">): ReadonlySet<string> {
  return new Set(Object.values(servedRowFeatures(rowFeatures)).flatMap(({ from }) => from));
}

/** The aggregates that a prediction needs: the model's inputs and those that its row features read. */
export function servedAggregates(definition: ServedParts): readonly AggregateColumn[] {
  const columns = aggregateColumns(definition);
  if (columns.length === 0) return [];
  const read = readByCode(definition);
  return columns.filter(({ name, input }) => input || read.has(name));
}

/**
 * What is logged of a prediction's row: the model's inputs, and the aggregates that its row features
 * read. Those cannot be had again, what they were computed from moves on.
 */
export function loggedColumns(definition: ServedParts): readonly ModelInput[] {
  const aggregates = servedAggregates(definition)
    .filter(({ input }) => !input)
    .map(({ name, kind }): ModelInput => ({ name, kind, origin: "aggregate" }));
  return [...modelInputs(definition), ...aggregates];
}
