import type { StreamCondition, StreamDefinition } from "../../core/definition/stream-schema.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";

/** Whether an event meets all of some conditions, in SQL over its typed fields: true or false, never NULL. */
export function conditionsSql(
  fields: StreamDefinition["fields"],
  conditions: readonly StreamCondition[],
): string {
  if (conditions.length === 0) return "true";
  return conditions.map((condition) => conditionSql(fields, condition)).join(" AND ");
}

function conditionSql(fields: StreamDefinition["fields"], condition: StreamCondition): string {
  const column = sqlName(condition.field);
  if (condition.is === "missing") return `(${column} IS NULL)`;
  if (!("value" in condition)) return `(${column} IS NOT NULL)`;
  const isTime = fields[condition.field]?.type === "timestamp";
  const given = isTime ? timeMsSql(column) : column;
  const literal = (value: string | number | boolean) =>
    isTime ? String(Date.parse(String(value))) : literalSql(value);
  const { value } = condition;
  const wanted = Array.isArray(value) ? `(${value.map(literal).join(", ")})` : literal(value);
  return `coalesce(${given} ${OPERATORS[condition.is]} ${wanted}, false)`;
}

const OPERATORS: Readonly<Record<string, string>> = {
  ...{ "=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=" },
  ...{ in: "IN", "not-in": "NOT IN" },
};

function literalSql(value: string | number | boolean): string {
  if (typeof value === "string") return sqlText(value);
  return typeof value === "number" ? `${value}::DOUBLE` : String(value);
}

/** Milliseconds since 1970 of a TIMESTAMP, as DOUBLE: rounded down, as JavaScript's dates are. */
export const timeMsSql = (column: string): string => `floor(epoch_us(${column}) / 1000)`;
