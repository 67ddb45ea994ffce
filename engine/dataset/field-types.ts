import type { FieldType } from "../../core/definition/model-definition.ts";

const NUMERIC =
  /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|BIGNUM|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/;

/** DuckDB types of Parquet columns that can be each field type. */
const TYPES: Readonly<Record<FieldType, { readonly pattern: RegExp; readonly named: string }>> = {
  number: { pattern: NUMERIC, named: "any numeric type" },
  integer: { pattern: NUMERIC, named: "any numeric type" },
  boolean: { pattern: /^BOOLEAN$/, named: "BOOLEAN" },
  category: { pattern: /^(VARCHAR|UUID|ENUM\(.*\))$/s, named: "VARCHAR, ENUM or UUID" },
  timestamp: {
    pattern: /^(DATE|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?)$/,
    named: "DATE or any TIMESTAMP",
  },
  tags: { pattern: /^VARCHAR(\[\])?$/, named: "a LIST of VARCHAR, or VARCHAR with | between tags" },
};

export const mayBe = (type: FieldType, duckdbType: string): boolean =>
  TYPES[type].pattern.test(duckdbType);

export const allowedTypes = (type: FieldType): string => TYPES[type].named;
