import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import {
  checkedExpression,
  type DefinitionExpression,
  wrongExpression,
} from "./checked-expression.ts";
import type { ComputedSql } from "./computed-sql.ts";
import { mayBe } from "./field-types.ts";

/**
 * The weight of a row as DOUBLE. A row whose weight is not finite, or below 0, is broken.
 *
 * @throws {InvalidInputError} naming `weight.expression` and what is wrong with it.
 */
export async function rowWeight(
  connection: DuckDBConnection,
  { from, expression }: NonNullable<StoredDefinition["weight"]>,
  columns: readonly ContractColumn[],
): Promise<ComputedSql> {
  const given: DefinitionExpression = {
    path: "weight.expression",
    expression,
    from,
    wanted: "gives a finite number of 0 or more",
  };
  const { sql, type } = await checkedExpression(connection, given, columns);
  if (!mayBe("number", type)) throw wrongExpression(given, `gives ${type}, not a number`);
  return {
    name: "weight",
    // Zero loses its sign, so that equal rows have equal bytes.
    call: `${sql}::DOUBLE + 0.0::DOUBLE`,
    value: (weight) => weight,
    failure: (weight) =>
      `CASE WHEN ${weight} IS NULL THEN 'not computable as a number' WHEN NOT isfinite(${weight}) THEN 'not finite' WHEN ${weight} < 0 THEN 'below 0' END`,
  };
}
