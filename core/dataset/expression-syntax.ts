import { z } from "zod";

/** What an expression reads and calls, or why it is not one expression over columns. */
export type ExpressionSyntax =
  | { readonly problem: string }
  | { readonly columns: readonly string[]; readonly functions: readonly string[] };

type SqlPart = Readonly<Record<string, unknown>>;

const serialised = z.union([
  z.object({ error: z.literal(true), error_message: z.string() }),
  z.object({
    error: z.literal(false),
    statements: z.array(z.object({ node: z.record(z.string(), z.unknown()) })),
  }),
]);

/**
 * Reads the syntax tree of `SELECT <expression>`.
 *
 * @param json what DuckDB's `json_serialize_sql` gives
 */
export function expressionSyntax(json: string): ExpressionSyntax {
  const parsed = serialised.parse(JSON.parse(json));
  if (parsed.error) return { problem: parsed.error_message };

  const [first, ...others] = parsed.statements;
  if (first === undefined || others.length > 0 || !isLoneExpression(first.node)) {
    return { problem: "is not one expression" };
  }
  const parts = partsOf(first.node);
  if (parts.some(({ class: kind }) => kind === "SUBQUERY" || kind === "STAR")) {
    return { problem: "holds a query or a *" };
  }
  return {
    columns: parts.flatMap(({ class: kind, column_names: names }) =>
      kind === "COLUMN_REF" && Array.isArray(names) ? [names.join(".")] : [],
    ),
    functions: parts.flatMap(({ class: kind, function_name: name }) =>
      kind === "FUNCTION" ? [String(name)] : [],
    ),
  };
}

/** A select of one column, from nothing, without any other clause. */
function isLoneExpression(node: SqlPart): boolean {
  const { type, select_list: selected, from_table: from } = node;
  const clauses = ["where_clause", "having", "qualify", "sample"];
  const lists = ["modifiers", "group_expressions"];
  return (
    type === "SELECT_NODE" &&
    Array.isArray(selected) &&
    selected.length === 1 &&
    (from as SqlPart).type === "EMPTY" &&
    clauses.every((clause) => node[clause] === null) &&
    lists.every((list) => (node[list] as readonly unknown[]).length === 0)
  );
}

/** Every object within a syntax tree. */
function partsOf(node: unknown): readonly SqlPart[] {
  if (Array.isArray(node)) return node.flatMap(partsOf);
  if (typeof node !== "object" || node === null) return [];
  return [node as SqlPart, ...Object.values(node).flatMap(partsOf)];
}
