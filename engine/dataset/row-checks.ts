import type { DuckDBConnection } from "@duckdb/node-api";
import { contractColumns } from "../../core/dataset/contract-columns.ts";
import type { LoadedDefinition } from "../../core/definition/loaded-definition.ts";
import { hasFlags, warnedChecks } from "../../core/quality/row-checks.ts";
import { rowRules } from "../quality/row-rules.ts";
import type { RowChecks } from "./checked-rows.ts";
import type { ComputedSql } from "./computed-sql.ts";
import { preprocessFunction } from "./preprocess-function.ts";
import { rowFeatureFunctions } from "./row-feature-functions.ts";
import { rowWeight } from "./row-weight.ts";
import { targetLabel } from "./target-label.ts";

/**
 * What a definition wants of every row, its row features made callable in this database.
 *
 * @param aggregates what `rowAggregates` gives
 * @throws {InvalidInputError} if the expression of the target, of the weight or of a quality rule is not
 *   one over its own columns, or gives something else than it must.
 */
export async function rowChecks(
  connection: DuckDBConnection,
  loaded: LoadedDefinition,
  aggregates: readonly ComputedSql[] = [],
): Promise<RowChecks> {
  const { target, weight, split } = loaded.definition;
  const keys = [target.group, split.by === "group" ? split.column : undefined];
  const columns = contractColumns(loaded.definition);
  const rules = await rowRules(connection, loaded.definition, columns);
  const checks = warnedChecks(loaded.definition);
  const preprocess = preprocessFunction(connection, loaded);
  return {
    columns,
    label: await targetLabel(connection, target, columns),
    ...(weight && { weight: await rowWeight(connection, weight, columns) }),
    features: rowFeatureFunctions(connection, loaded).map((feature) =>
      keys.includes(feature.name) ? neverMissing(feature) : feature,
    ),
    ...(preprocess && { preprocess }),
    ...(aggregates.length > 0 && { aggregates }),
    rules: rules.kept,
    ...(hasFlags(loaded.definition) && { warned: { checks, rules: rules.warned } }),
  };
}

/** A row without its query, or without what its split is made of, belongs nowhere. */
const neverMissing = (feature: ComputedSql): ComputedSql => ({
  ...feature,
  failure: (given) =>
    `CASE WHEN ${feature.value(given)} IS NULL THEN coalesce(${feature.failure(given)}, 'missing') END`,
});
