import { type DuckDBConnection, VARCHAR } from "@duckdb/node-api";
import type { LoadedDefinition } from "../../core/definition/loaded-definition.ts";
import type { FieldType } from "../../core/definition/model-definition.ts";
import { RoutineError } from "../../core/errors.ts";
import { requestFields } from "../../core/inference/request-fields.ts";
import {
  changeableFields,
  type PreprocessRow,
  rowPreprocessor,
} from "../../core/routines/preprocess-rows.ts";
import { routinesOf } from "../../core/routines/routine-code.ts";
import { sqlName } from "../duckdb/sql.ts";
import { register, rowOf } from "./row-feature-functions.ts";
import { giveItems } from "./vector-numbers.ts";

/** The routine `preprocess`, callable in SQL. */
export interface PreprocessSql {
  /** SQL over the typed columns of a row. Its result is used as `given` below. */
  readonly call: string;
  /** Columns that it may change, and their final values. */
  readonly columns: readonly {
    readonly name: string;
    readonly value: (given: string) => string;
  }[];
  /** NULL, or why it failed. */
  readonly failure: (given: string) => string;
}

const LONGEST_REASON = 300;
const FAULT = "fault";

/**
 * Makes the routine `preprocess` of a definition callable in SQL: the very function that serves. What it
 * changed travels as an object of JSON, by the field's place, so that what it did not keeps its bytes.
 *
 * @returns `undefined` where the definition has none
 * @throws {IntegrityError} if the code lacks it.
 */
export function preprocessFunction(
  connection: DuckDBConnection,
  { definition, compute }: LoadedDefinition,
): PreprocessSql | undefined {
  const run = routinesOf(definition, compute).preprocess;
  if (run === undefined) return undefined;
  const fields = requestFields(definition);
  const preprocess = rowPreprocessor(definition, run);
  const changeable = changeableFields(definition);
  const names = changeable.map(({ name }) => name);
  const call = register(connection, {
    label: "millrace_preprocess",
    returnType: VARCHAR,
    fields,
    fill: (rows, columns, output) =>
      giveItems(output, rows, (row) => changesOf(preprocess, names, rowOf(fields, columns, row))),
  });
  return {
    call,
    columns: changeable.map(({ name, type }, i) => ({
      name,
      value: (given) =>
        `CASE WHEN json_exists(${given}, '$.f${i}') THEN ${VALUES[type](textAt(given, `f${i}`))} ELSE ${sqlName(name)} END`,
    })),
    failure: (given) => textAt(given, FAULT),
  };
}

const textAt = (given: string, member: string) => `json_extract_string(${given}, '$.${member}')`;

/** The text of a changed value in its column's type. */
const VALUES: Readonly<Record<FieldType, (text: string) => string>> = {
  number: (text) => `CAST(${text} AS DOUBLE)`,
  integer: (text) => `CAST(${text} AS BIGINT)`,
  boolean: (text) => `CAST(${text} AS BOOLEAN)`,
  category: (text) => text,
  tags: (text) => text,
  timestamp: (text) => `make_timestamp(CAST(${text} AS BIGINT) * 1000)`,
};

function changesOf(
  preprocess: PreprocessRow,
  names: readonly string[],
  row: Parameters<PreprocessRow>[0],
): string {
  try {
    const after = preprocess(row);
    const changes = names.flatMap((name, i) =>
      Object.is(after[name], row[name]) ? [] : [[`f${i}`, after[name]] as const],
    );
    return changes.length === 0 ? "{}" : JSON.stringify(Object.fromEntries(changes));
  } catch (error) {
    // a bug of ours must not be taken for a broken row
    if (!(error instanceof RoutineError)) throw error;
    return JSON.stringify({ [FAULT]: error.message.slice(0, LONGEST_REASON) });
  }
}
