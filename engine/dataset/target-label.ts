import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import { expressionSyntax } from "../../core/dataset/expression-syntax.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { columnsOf, queryRows } from "../duckdb/query.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import { mayBe } from "./field-types.ts";

type Target = StoredDefinition["target"];

const SQL_TYPES = {
  number: "DOUBLE",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  category: "VARCHAR",
  timestamp: "TIMESTAMP",
} as const;

/**
 * SQL of the label: 0, 1 or NULL where it cannot be computed.
 *
 * The expression comes from a definition and runs in the database that reads the data, so it must be
 * one expression over its own columns: no other column, no query, no aggregate, no function that gives
 * something else tomorrow.
 *
 * @throws {InvalidInputError} naming `target.expression` and what is wrong with it.
 */
export async function targetLabel(
  connection: DuckDBConnection,
  target: Target,
  columns: readonly ContractColumn[],
): Promise<string> {
  await checkSyntax(connection, target);
  const types = columns
    .filter(({ name }) => target.from.includes(name))
    .map(({ name, type }) => `NULL::${SQL_TYPES[type]} AS ${sqlName(name)}`);
  const table = `(SELECT ${types.join(", ")})`;
  // A line end closes a comment at the expression's end.
  const expression = `(${target.expression}\n)`;

  try {
    // A filter, unlike a selected column, may hold no aggregate and no window function.
    await connection.prepare(`SELECT 1 FROM ${table} WHERE ${expression} IS NOT NULL`);
    const type = (await columnsOf(connection, `SELECT ${expression} AS label FROM ${table}`)).get(
      "label",
    );
    if (type === "BOOLEAN") return `TRY(${expression})::UTINYINT`;
    if (type === undefined || !mayBe("number", type)) {
      throw wrong(target, `gives ${type}, not true or false`);
    }
    return `CASE TRY(${expression}) WHEN 1 THEN 1::UTINYINT WHEN 0 THEN 0::UTINYINT END`;
  } catch (cause) {
    if (cause instanceof InvalidInputError) throw cause;
    throw wrong(target, firstLine(cause), cause);
  }
}

async function checkSyntax(connection: DuckDBConnection, target: Target): Promise<void> {
  const [row] = await queryRows(
    connection,
    `SELECT json_serialize_sql(${sqlText(`SELECT ${target.expression}\n`)})`,
  );
  const syntax = expressionSyntax(String(row?.[0]));
  if ("problem" in syntax) throw wrong(target, syntax.problem);

  const stranger = syntax.columns.find((name) => !target.from.includes(name));
  if (stranger !== undefined) {
    throw wrong(
      target,
      `reads ${stranger}, which is not in target.from (${target.from.join(", ")})`,
    );
  }
  if (syntax.functions.length === 0) return;

  // Functions such as now() and random() would label the same rows otherwise each time.
  const changing = await queryRows(
    connection,
    `SELECT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'
      AND function_name IN (${syntax.functions.map(sqlText).join(", ")}) ORDER BY 1`,
  );
  const [name] = changing[0] ?? [];
  if (name !== undefined) throw wrong(target, `calls ${name}, whose result changes`);
}

const firstLine = (cause: unknown) =>
  (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";

const wrong = (target: Target, why: string, cause?: unknown) =>
  new InvalidInputError(
    `target.expression ${JSON.stringify(target.expression)} ${why}; write one DuckDB expression over ${target.from.join(", ")} that is true for class 1`,
    { cause, issues: [{ path: "target.expression", message: why }] },
  );
