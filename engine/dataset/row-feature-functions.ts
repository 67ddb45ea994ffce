import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBVector,
  VARCHAR,
} from "@duckdb/node-api";
import { aggregateColumns } from "../../core/definition/aggregate-columns.ts";
import type { LoadedDefinition } from "../../core/definition/loaded-definition.ts";
import type { FieldType } from "../../core/definition/model-definition.ts";
import { oneRowFeature, rowFeatureComputer } from "../../core/row/row-features.ts";
import { sqlName } from "../duckdb/sql.ts";
import type { ComputedSql } from "./computed-sql.ts";
import { giveItems, vectorItems } from "./vector-numbers.ts";

const LONGEST_REASON = 300;

/**
 * Makes the row features of a definition callable in SQL: DuckDB hands 2,048 rows at a time to the
 * very function that serves, and takes numbers back. 3,000,000 rows take 0.35 s a feature. Values are
 * FLOAT or VARCHAR, NULL for missing; why one failed is computed for rows where it failed only.
 *
 * Missing, failed and given values travel in one vector each, since validity bits are ten times as
 * slow from JavaScript: NaN is missing and infinity is failed for numbers; text begins with `=` if it
 * was given, with `!` if it failed.
 */
export function rowFeatureFunctions(
  connection: DuckDBConnection,
  loaded: LoadedDefinition,
): readonly ComputedSql[] {
  return Object.entries(loaded.definition.rowFeatures).map(([name, feature], i) => {
    const { type } = feature;
    const rowFeatures = withRead(loaded.definition.rowFeatures, name);
    const fields = columnsRead(rowFeatures).map((field) => ({
      name: field,
      type: typeOf(loaded, field),
    }));
    const parameterTypes = fields.map((field) => PASSED[field.type].type);
    const register = (label: string, returnType: DuckDBType, give: (row: MutableRow) => Given) =>
      connection.registerScalarFunction(
        DuckDBScalarFunction.create({
          name: label,
          returnType,
          parameterTypes,
          specialHandling: true,
          mainFunction: (_info, input, output) => {
            const columns = fields.map(({ type }, at) => valuesOf(type, input.getColumnVector(at)));
            giveItems(output, input.rowCount, (row) => give(rowOf(fields, columns, row)));
          },
        }),
      );
    const compute = computeOf(
      { ...loaded, definition: { ...loaded.definition, rowFeatures } },
      name,
    );
    const args = fields.map((field) => PASSED[field.type].sql(sqlName(field.name))).join(", ");
    const [plain, why] = [`millrace_feature_${i}`, `millrace_feature_${i}_failure`];
    register(why, VARCHAR, (row) => failureOf(compute, row));

    if (type === "number") {
      register(plain, DOUBLE, (row) => givenNumber(compute, row));
      return {
        name,
        call: `${plain}(${args})`,
        value: (given) => `CASE WHEN isfinite(${given}) THEN ${given}::FLOAT END`,
        failure: (given) => `CASE WHEN isinf(${given}) THEN ${why}(${args}) END`,
      };
    }
    register(plain, VARCHAR, (row) => givenText(compute, row));
    return {
      name,
      call: `${plain}(${args})`,
      value: (given) => `CASE WHEN ${given}[1] = '=' THEN nullif(${given}[2:], '') END`,
      failure: (given) => `CASE WHEN ${given}[1] = '!' THEN ${why}(${args}) END`,
    };
  });
}

/** A row feature of a definition that has it and those that it reads. */
function computeOf(loaded: LoadedDefinition, name: string): Compute {
  if (Object.keys(loaded.definition.rowFeatures).length === 1) return oneRowFeature(loaded, name);
  const together = rowFeatureComputer(loaded);
  return (row) => together(row)[name] ?? null;
}

/** A row feature with those that it reads: they are computed anew for it, as serving computes them. */
function withRead(rowFeatures: RowFeatures, name: string): RowFeatures {
  const needed = new Set([name]);
  for (const feature of needed) {
    for (const read of rowFeatures[feature]?.from ?? []) {
      if (Object.hasOwn(rowFeatures, read)) needed.add(read);
    }
  }
  return Object.fromEntries(Object.entries(rowFeatures).filter(([known]) => needed.has(known)));
}

/** Fields and aggregates that row features read. */
const columnsRead = (rowFeatures: RowFeatures): readonly string[] => [
  ...new Set(
    Object.values(rowFeatures)
      .flatMap(({ from }) => from)
      .filter((read) => !Object.hasOwn(rowFeatures, read)),
  ),
];

type RowFeatures = LoadedDefinition["definition"]["rowFeatures"];
type Given = number | string | null;
type MutableRow = Record<string, number | string | boolean | null>;
type Compute = (row: MutableRow) => number | string | null;

/** How a value of each field type is handed to JavaScript; a number is NaN where it is missing. */
const PASSED: Readonly<
  Record<FieldType, { readonly type: DuckDBType; readonly sql: (column: string) => string }>
> = {
  number: { type: DOUBLE, sql: (column) => `coalesce(${column}, 'NaN'::DOUBLE)` },
  integer: { type: DOUBLE, sql: (column) => `coalesce(${column}::DOUBLE, 'NaN'::DOUBLE)` },
  boolean: { type: BOOLEAN, sql: (column) => column },
  category: { type: VARCHAR, sql: (column) => column },
  tags: { type: VARCHAR, sql: (column) => column },
  timestamp: {
    type: DOUBLE,
    // epoch_ms rounds to zero, JavaScript's dates round down.
    sql: (column) => `coalesce(floor(epoch_us(${column}) / 1000), 'NaN'::DOUBLE)`,
  },
};

function typeOf({ definition }: LoadedDefinition, field: string): FieldType {
  const aggregate = aggregateColumns(definition).find(({ name }) => name === field);
  return aggregate?.kind ?? definition.fields[field]?.type ?? "category";
}

type ValueAt = (row: number) => number | string | boolean | null;

/** Reads a vector of values as they were passed: numbers as they lie in memory, NaN for missing. */
function valuesOf(type: FieldType, vector: DuckDBVector): ValueAt {
  if (PASSED[type].type !== DOUBLE) return (row) => vector.getItem(row) as ReturnType<ValueAt>;
  const items = vectorItems(vector);
  return (row) => {
    const value = items[row] as number;
    return Number.isNaN(value) ? null : value;
  };
}

function rowOf(
  fields: readonly { readonly name: string }[],
  columns: readonly ValueAt[],
  row: number,
): MutableRow {
  const values: MutableRow = {};
  for (let i = 0; i < fields.length; i++) {
    values[fields[i]?.name as string] = (columns[i] as ValueAt)(row);
  }
  return values;
}

function givenNumber(compute: Compute, row: MutableRow): number {
  try {
    const value = compute(row);
    // Adding 0 takes the sign from -0. What overflows 32-bit floats counts as failed.
    return value === null ? Number.NaN : Math.fround((value as number) + 0);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function givenText(compute: Compute, row: MutableRow): string | null {
  try {
    const value = compute(row);
    return value === null ? null : `=${value}`;
  } catch {
    return "!";
  }
}

function failureOf(compute: Compute, row: MutableRow): string {
  try {
    const value = compute(row);
    return `gave ${value}, which is beyond 32-bit floats`;
  } catch (error) {
    const { cause, message } = error as Error;
    // The message names the row, which stands beside it in the quarantine; its cause repeats.
    return (cause === undefined ? message : `threw ${String(cause)}`).slice(0, LONGEST_REASON);
  }
}
