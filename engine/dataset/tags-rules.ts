import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import { sqlTexts } from "../duckdb/sql.ts";
import { type FieldSql, rawName, readName, tooLong } from "./field-rules.ts";

/**
 * The rules of a column of tags: `read` is the list, `value` the distinct tags by code point with "|"
 * between them, NULL for none. An empty list is no missing value.
 *
 * @param rawType VARCHAR[] of Parquet, JSON of jsonl, or VARCHAR: text with "|" between tags
 */
export function tagsSql(column: ContractColumn, rawType: string): FieldSql {
  const raw = rawName(column.name);
  const read = readName(column.name);
  const { required, values, maxLength } = column;
  const value = `nullif(array_to_string(list_sort(list_distinct(${read})), '|'), '')`;
  const isMissing = rawType === "JSON" ? `(${raw} ->> '$') IS NULL` : `${raw} IS NULL`;
  const some = (condition: string) => `len(list_filter(${read}, lambda tag: ${condition})) > 0`;
  return {
    read: listOf(raw, rawType),
    value,
    rules: [
      ...(required ? [[isMissing, "missing", "required"] as const] : []),
      [`NOT (${isMissing}) AND ${read} IS NULL`, "not a list of texts", "type"],
      [some("tag IS NULL OR tag = ''"), "has an empty tag", "type"],
      [some("contains(tag, '|')"), "has a tag with |", "type"],
      ...(values === undefined
        ? []
        : [
            [
              some(`NOT list_contains(${sqlTexts(values)}, tag)`),
              "has a tag that is not an allowed value",
              "values",
            ] as const,
          ]),
      tooLong(value, maxLength),
    ],
  };
}

function listOf(raw: string, rawType: string): string {
  if (rawType === "VARCHAR[]") return raw;
  if (rawType === "VARCHAR")
    return `CASE WHEN ${raw} = '' THEN [] ELSE string_split(${raw}, '|') END`;
  // an array of anything else than texts is none of tags
  const isTexts = `len(list_filter(json_extract(${raw}, '$[*]'), lambda tag: json_type(tag) <> 'VARCHAR')) = 0`;
  return `CASE WHEN json_type(${raw}) = 'ARRAY' AND ${isTexts} THEN TRY_CAST(${raw} AS VARCHAR[]) END`;
}
