import type { DuckDBConnection } from "@duckdb/node-api";
import { contractColumns } from "../../core/dataset/contract-columns.ts";
import type { LoadedDefinition } from "../../core/definition/loaded-definition.ts";
import type { RowChecks } from "./checked-rows.ts";
import { rowFeatureFunctions } from "./row-feature-functions.ts";
import { targetLabel } from "./target-label.ts";

/**
 * What a definition wants of every row, its row features made callable in this database.
 *
 * @throws {InvalidInputError} if the target's expression is not one over its own columns.
 */
export async function rowChecks(
  connection: DuckDBConnection,
  loaded: LoadedDefinition,
): Promise<RowChecks> {
  const { target } = loaded.definition;
  const columns = contractColumns(loaded.definition);
  return {
    columns,
    target: { name: target.name, label: await targetLabel(connection, target, columns) },
    features: rowFeatureFunctions(connection, loaded),
  };
}
