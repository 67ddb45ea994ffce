import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { rulesOf } from "../../core/definition/quality-rules.ts";
import {
  checkedExpression,
  type DefinitionExpression,
  wrongExpression,
} from "../dataset/checked-expression.ts";
import type { ComputedSql } from "../dataset/computed-sql.ts";

/** What a row of a rule in SQL is told. */
export const BROKEN_RULE = "is false";

/**
 * The rules in SQL that each row must keep, and those that it may break. As a CHECK of SQL, a rule is
 * broken where it is false, and kept where it is NULL.
 *
 * @throws {InvalidInputError} naming a rule's expression and what is wrong with it.
 */
export async function rowRules(
  connection: DuckDBConnection,
  definition: StoredDefinition,
  columns: readonly ContractColumn[],
): Promise<{ readonly kept: readonly ComputedSql[]; readonly warned: readonly ComputedSql[] }> {
  const kept: ComputedSql[] = [];
  const warned: ComputedSql[] = [];
  for (const { name, from, expression, action } of rulesOf(definition, "sql")) {
    const given: DefinitionExpression = {
      path: `quality.rules.${name}.expression`,
      expression,
      from,
      wanted: "is true for a row that keeps the rule",
    };
    const { sql, type } = await checkedExpression(connection, given, columns);
    if (type !== "BOOLEAN") throw wrongExpression(given, `gives ${type}, not true or false`);
    const rule = ruleSql(name, sql);
    (action === "warn" ? warned : kept).push(rule);
  }
  return { kept, warned };
}

const ruleSql = (name: string, sql: string): ComputedSql => ({
  name,
  call: sql,
  value: (given) => given,
  failure: (given) => `CASE WHEN NOT ${given} THEN '${BROKEN_RULE}' END`,
});
