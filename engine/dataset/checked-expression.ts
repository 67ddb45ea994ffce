import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import { expressionSyntax } from "../../core/dataset/expression-syntax.ts";
import { InvalidInputError } from "../../core/errors.ts";
import { columnsOf, queryRows } from "../duckdb/query.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";

/** DuckDB type of the values of each field type, once they are read. */
export const SQL_TYPES = {
  number: "DOUBLE",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  category: "VARCHAR",
  timestamp: "TIMESTAMP",
  tags: "VARCHAR",
} as const;

/** An expression of a definition, and what it is for. */
export interface DefinitionExpression {
  /** Where it stands in the definition, such as `target.expression`. */
  readonly path: string;
  readonly expression: string;
  /** Columns that it may read. */
  readonly from: readonly string[];
  /** What it must be, behind "write one DuckDB expression over …". */
  readonly wanted: string;
  /** Over all rows, not each: it must hold an aggregate. @default false */
  readonly isAggregate?: boolean;
}

/**
 * Checks an expression of a definition.
 *
 * It runs in the database that reads the data, so it must be one expression over its own columns: no
 * other column, no query, no aggregate unless it is one, no function that gives something else tomorrow.
 *
 * @returns its SQL, NULL for rows where it fails, and the DuckDB type of what it gives
 * @throws {InvalidInputError} naming its path and what is wrong with it.
 */
export async function checkedExpression(
  connection: DuckDBConnection,
  given: DefinitionExpression,
  columns: readonly ContractColumn[],
): Promise<{ readonly sql: string; readonly type: string }> {
  await checkSyntax(connection, given);
  const types = columns
    .filter(({ name }) => given.from.includes(name))
    .map(({ name, type }) => `NULL::${SQL_TYPES[type]} AS ${sqlName(name)}`);
  const table = `(SELECT ${types.join(", ")})`;
  // A line end closes a comment at the expression's end.
  const expression = `(${given.expression}\n)`;
  try {
    // A filter, unlike a selected column, may hold no aggregate and no window function. A filter of
    // groups may hold no column but within an aggregate.
    const filter = given.isAggregate ? "GROUP BY () HAVING" : "WHERE";
    await connection.prepare(`SELECT 1 FROM ${table} ${filter} ${expression} IS NOT NULL`);
    const found = await columnsOf(connection, `SELECT ${expression} AS given FROM ${table}`);
    return { sql: `TRY(${expression})`, type: String(found.get("given")) };
  } catch (cause) {
    throw wrongExpression(given, firstLine(cause), cause);
  }
}

/** Says what is wrong with an expression, and what to write instead. */
export const wrongExpression = (
  { path, expression, from, wanted }: DefinitionExpression,
  why: string,
  cause?: unknown,
) =>
  new InvalidInputError(
    `${path} ${JSON.stringify(expression)} ${why}; write one DuckDB expression over ${from.join(", ")} that ${wanted}`,
    { cause, issues: [{ path, message: why }] },
  );

async function checkSyntax(
  connection: DuckDBConnection,
  given: DefinitionExpression,
): Promise<void> {
  const [row] = await queryRows(
    connection,
    `SELECT json_serialize_sql(${sqlText(`SELECT ${given.expression}\n`)})`,
  );
  const syntax = expressionSyntax(String(row?.[0]));
  if ("problem" in syntax) throw wrongExpression(given, syntax.problem);

  const stranger = syntax.columns.find((name) => !given.from.includes(name));
  if (stranger !== undefined) {
    const from = given.path.replace(/expression$/, "from");
    const allowed = given.from.join(", ");
    throw wrongExpression(given, `reads ${stranger}, which is not in ${from} (${allowed})`);
  }
  if (syntax.functions.length === 0) return;

  // Functions such as now() and random() would give the same rows something else each time.
  const changing = await queryRows(
    connection,
    `SELECT function_name FROM duckdb_functions() WHERE stability <> 'CONSISTENT'
      AND function_name IN (${syntax.functions.map(sqlText).join(", ")}) ORDER BY 1`,
  );
  const [name] = changing[0] ?? [];
  if (name !== undefined) throw wrongExpression(given, `calls ${name}, whose result changes`);
}

const firstLine = (cause: unknown) =>
  (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
