import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { type TaskType, taskOf } from "../../core/definition/task.ts";
import { LARGEST_RELEVANCE } from "../../core/training/check-frames.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import {
  checkedExpression,
  type DefinitionExpression,
  wrongExpression,
} from "./checked-expression.ts";
import type { ComputedSql } from "./computed-sql.ts";
import { MAX_FLOAT } from "./field-rules.ts";
import { mayBe } from "./field-types.ts";

/** ENUM of the classes of a multiclass target, in the definition's order. */
const CLASSES = sqlName("millrace_classes");

/** What the expression of each task must be, and the DuckDB type that its labels have. */
const TASKS = {
  binary: { wanted: "is true for class 1", labelType: "UTINYINT" },
  multiclass: { wanted: "gives one of target.classes", labelType: "UTINYINT" },
  regression: { wanted: "gives a finite number", labelType: "DOUBLE" },
  ranking: {
    wanted: `gives a whole number from 0 to ${LARGEST_RELEVANCE}`,
    labelType: "DOUBLE",
  },
} as const satisfies Record<TaskType, object>;

/** DuckDB type of the labels of a task. */
export const labelType = (task: TaskType): "UTINYINT" | "DOUBLE" => TASKS[task].labelType;

/**
 * The label of a row: 0 or 1; the place of its class; a finite number; a relevance. A row that has none
 * of these is broken.
 *
 * @throws {InvalidInputError} naming `target.expression` and what is wrong with it.
 */
export async function targetLabel(
  connection: DuckDBConnection,
  target: StoredDefinition["target"],
  columns: readonly ContractColumn[],
): Promise<ComputedSql> {
  const task = taskOf(target);
  const given: DefinitionExpression = {
    path: "target.expression",
    expression: target.expression,
    from: target.from,
    wanted: TASKS[task.type].wanted,
  };
  const { sql, type } = await checkedExpression(connection, given, columns);
  const { name } = target;
  const isNumber = mayBe("number", type);
  switch (task.type) {
    case "binary":
      if (type === "BOOLEAN") return binaryLabel(name, `${sql}::UTINYINT`);
      if (!isNumber) throw wrongExpression(given, `gives ${type}, not true or false`);
      return binaryLabel(name, `CASE ${sql} WHEN 1 THEN 1::UTINYINT WHEN 0 THEN 0::UTINYINT END`);
    case "multiclass":
      await connection.run(
        `CREATE TYPE ${CLASSES} AS ENUM (${task.classes.map(sqlText).join(", ")})`,
      );
      return classLabel(name, sql);
    case "regression":
      if (!isNumber) throw wrongExpression(given, `gives ${type}, not a number`);
      return numberLabel(name, sql);
    case "ranking":
      if (!isNumber && type !== "BOOLEAN") {
        throw wrongExpression(given, `gives ${type}, not a number`);
      }
      return relevanceLabel(name, sql);
  }
}

const binaryLabel = (name: string, call: string): ComputedSql => ({
  name,
  call,
  value: (given) => given,
  failure: (given) => `CASE WHEN ${given} IS NULL THEN 'not computable as 0 or 1' END`,
});

const classLabel = (name: string, sql: string): ComputedSql => ({
  name,
  call: `${sql}::VARCHAR`,
  value: (given) => `enum_code(TRY_CAST(${given} AS ${CLASSES}))::UTINYINT`,
  failure: (given) =>
    `CASE WHEN ${given} IS NULL THEN 'not computable as one of target.classes' WHEN TRY_CAST(${given} AS ${CLASSES}) IS NULL THEN 'not one of target.classes' END`,
});

/** Zero loses its sign, so that equal rows have equal bytes. */
const numberLabel = (name: string, sql: string): ComputedSql => ({
  name,
  call: `${sql}::DOUBLE + 0.0::DOUBLE`,
  value: (given) => given,
  failure: (given) =>
    `CASE WHEN ${given} IS NULL THEN 'not computable as a number' WHEN NOT isfinite(${given}) THEN 'not finite' WHEN abs(${given}) > ${MAX_FLOAT} THEN 'beyond 32-bit floats' END`,
});

const relevanceLabel = (name: string, sql: string): ComputedSql => ({
  name,
  call: `${sql}::DOUBLE + 0.0::DOUBLE`,
  value: (given) => given,
  failure: (given) =>
    `CASE WHEN ${given} IS NULL THEN 'not computable as a number' WHEN NOT (${given} BETWEEN 0 AND ${LARGEST_RELEVANCE} AND ${given} = trunc(${given})) THEN 'not a whole number from 0 to ${LARGEST_RELEVANCE}' END`,
});
