import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { FieldCheck } from "../../core/definition/quality-schema.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import { tagsSql } from "./tags-rules.ts";

/** How one column is read and checked, in SQL over its raw values. */
export interface FieldSql {
  /** The raw value as the field's type; NULL where it cannot be. Used as `read` below. */
  readonly read: string;
  /** The value in its final type: DOUBLE, BIGINT, BOOLEAN, VARCHAR or TIMESTAMP. NULL is missing. */
  readonly value: string;
  /** What can be wrong, worst first. */
  readonly rules: readonly ValueRule[];
}

/** A condition that must not hold, the words for it, and the part of the contract that it breaks. */
export type ValueRule = readonly [condition: string, reason: string, check: FieldCheck];

export const rawName = (column: string) => sqlName(`__raw_${column}`);
export const readName = (column: string) => sqlName(`__read_${column}`);

/** Largest number of float32, which is what a model reads and answers in. */
export const MAX_FLOAT = "3.4028234663852886e38";
const MAX_WHOLE = String(Number.MAX_SAFE_INTEGER);

/**
 * The rules of one column.
 *
 * NaN and the empty text are missing values: Parquet of pandas writes the one, csv the other, and the
 * model's graph reads both as missing. Zero loses its sign, so that equal rows have equal bytes.
 *
 * @param rawType DuckDB type in the source; VARCHAR for every column of csv, JSON for every one of jsonl
 */
export function fieldSql(column: ContractColumn, rawType: string): FieldSql {
  if (column.type === "tags") return tagsSql(column, rawType);
  const isJson = rawType === "JSON";
  // of a JSON value its text: that of a string without quotes, NULL for null
  const raw = isJson ? `(${rawName(column.name)} ->> '$')` : rawName(column.name);
  const read = readName(column.name);
  const isMissing = column.required;
  const missing = (condition: string) =>
    isMissing ? [[condition, "missing", "required"] as const] : [];
  const unread = (what: string) =>
    [`${raw} IS NOT NULL AND ${read} IS NULL`, what, "type"] as const;

  switch (column.type) {
    case "number":
      return {
        read: `TRY_CAST(${raw} AS DOUBLE) + 0.0::DOUBLE`,
        value: `CASE WHEN isnan(${read}) THEN NULL ELSE ${read} END`,
        rules: [
          ...missing(`${raw} IS NULL OR isnan(${read})`),
          unread("not a number"),
          [`isinf(${read})`, "not finite", "type"],
          ...range(column, read),
          [`abs(${read}) > ${MAX_FLOAT} AND NOT isnan(${read})`, "beyond 32-bit floats", "type"],
        ],
      };
    case "integer":
      return {
        read: `TRY_CAST(${raw} AS DOUBLE) + 0.0::DOUBLE`,
        value: `CASE WHEN abs(${read}) <= ${MAX_WHOLE} THEN ${read}::BIGINT END`,
        rules: [
          ...missing(`${raw} IS NULL OR isnan(${read})`),
          unread("not a number"),
          [`isinf(${read})`, "not finite", "type"],
          [`${read} <> trunc(${read})`, "not a whole number", "type"],
          ...range(column, read),
          [`abs(${read}) > ${MAX_WHOLE} AND NOT isnan(${read})`, "beyond 53 bits", "type"],
        ],
      };
    case "boolean":
      return {
        read: `TRY_CAST(${raw} AS BOOLEAN)`,
        value: read,
        rules: [...missing(`${raw} IS NULL`), unread("not true or false")],
      };
    case "category":
      return {
        read: `nullif(${raw}::VARCHAR, '')`,
        value: read,
        rules: [
          ...missing(`${read} IS NULL`),
          ...(isJson ? [notText(rawName(column.name))] : []),
          ...categoryRules(column, read),
        ],
      };
    case "timestamp":
      return {
        // Text without an offset is UTC, as the session's zone is; a bare TIMESTAMP cast would drop offsets.
        read:
          rawType === "VARCHAR" || isJson
            ? `TRY_CAST(TRY_CAST(${raw} AS TIMESTAMPTZ) AS TIMESTAMP)`
            : `TRY_CAST(${raw} AS TIMESTAMP)`,
        value: read,
        rules: [
          ...missing(`${raw} IS NULL`),
          unread("not a timestamp"),
          [
            `${read} < TIMESTAMP '0001-01-01' OR ${read} >= TIMESTAMP '10000-01-01'`,
            "not between the years 1 and 9999",
            "type",
          ],
        ],
      };
  }
}

function range({ min, max }: ContractColumn, read: string): readonly ValueRule[] {
  return [
    ...(min === undefined ? [] : [[`${read} < ${min}::DOUBLE`, `below ${min}`, "range"] as const]),
    ...(max === undefined
      ? []
      : [[`${read} > ${max}::DOUBLE AND NOT isnan(${read})`, `above ${max}`, "range"] as const]),
  ];
}

const notText = (json: string): ValueRule => [
  `coalesce(json_type(${json}), '') IN ('ARRAY', 'OBJECT')`,
  "not a text",
  "type",
];

function categoryRules({ values, maxLength }: ContractColumn, read: string): readonly ValueRule[] {
  const allowed = values?.map(sqlText).join(", ");
  return [
    ...(allowed === undefined
      ? []
      : [[`${read} NOT IN (${allowed})`, "not an allowed value", "values"] as const]),
    tooLong(read, maxLength),
  ];
}

/** The rule that a text is not longer than so many UTF-16 code units. */
export function tooLong(text: string, maxLength: number): ValueRule {
  // Code points, and one more for each beyond the Basic Multilingual Plane. Text never has more of
  // these units than bytes, which are quick to count.
  const units = `length(${text}) + len(regexp_extract_all(${text}, '[\\x{10000}-\\x{10FFFF}]'))`;
  return [
    `strlen(${text}) > ${maxLength} AND ${units} > ${maxLength}`,
    `longer than ${maxLength}`,
    "length",
  ];
}
