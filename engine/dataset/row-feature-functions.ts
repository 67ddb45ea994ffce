import {
  ARRAY,
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
import { arrayItems, giveItems, vectorItems } from "./vector-numbers.ts";

const LONGEST_REASON = 300;

/**
 * Makes the row features of a definition callable in SQL: DuckDB hands 2,048 rows at a time to the
 * very function that serves, and takes numbers back. Each call costs as much as a simple feature, so all
 * that are numbers are one function. Values are FLOAT or VARCHAR, NULL for missing; why one failed is
 * computed for rows where it failed only.
 *
 * Missing, failed and given values travel in one vector each, since validity bits are ten times as
 * slow from JavaScript: NaN is missing and infinity is failed for numbers; text begins with `=` if it
 * was given, with `!` if it failed.
 */
export function rowFeatureFunctions(
  connection: DuckDBConnection,
  loaded: LoadedDefinition,
): readonly ComputedSql[] {
  const features = Object.keys(loaded.definition.rowFeatures).map((name, place) =>
    readyFeature(loaded, name, place),
  );
  const numbers = features.filter(({ type }) => type === "number");
  const call = numbers.length === 0 ? "" : registerNumbers(connection, numbers);
  return features.map((feature) => {
    const why = registerReason(connection, feature);
    return feature.type === "number"
      ? numberSql(feature, { call, why, place: numbers.indexOf(feature) + 1 })
      : registerText(connection, feature, why);
  });
}

/** A column that row features read. */
interface ReadField {
  readonly name: string;
  readonly type: FieldType;
}

interface ReadyFeature {
  readonly name: string;
  readonly type: "number" | "category";
  /** Tells the functions of one database apart. */
  readonly place: number;
  readonly fields: readonly ReadField[];
  readonly compute: Compute;
}

function readyFeature(loaded: LoadedDefinition, name: string, place: number): ReadyFeature {
  const rowFeatures = withRead(loaded.definition.rowFeatures, name);
  return {
    name,
    type: loaded.definition.rowFeatures[name]?.type ?? "number",
    place,
    fields: columnsRead(rowFeatures).map((field) => ({ name: field, type: typeOf(loaded, field) })),
    compute: computeOf({ ...loaded, definition: { ...loaded.definition, rowFeatures } }, name),
  };
}

type Fill = (rows: number, columns: readonly ValueAt[], output: DuckDBVector) => void;

/** @returns SQL of a call of a function of columns */
export function register(
  connection: DuckDBConnection,
  request: {
    readonly label: string;
    readonly returnType: DuckDBType;
    readonly fields: readonly ReadField[];
    readonly fill: Fill;
  },
): string {
  const { label, returnType, fields, fill } = request;
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: label,
      returnType,
      parameterTypes: fields.map(({ type }) => PASSED[type].type),
      specialHandling: true,
      mainFunction: (_info, input, output) => {
        const columns = fields.map(({ type }, at) => valuesOf(type, input.getColumnVector(at)));
        fill(input.rowCount, columns, output);
      },
    }),
  );
  return `${label}(${fields.map(({ name, type }) => PASSED[type].sql(sqlName(name))).join(", ")})`;
}

/** @returns the call, whose result is an ARRAY with a number for each feature */
function registerNumbers(connection: DuckDBConnection, features: readonly ReadyFeature[]): string {
  const fields = [
    ...new Map(features.flatMap((one) => one.fields.map((field) => [field.name, field]))).values(),
  ];
  const width = features.length;
  const placed = features.map((feature) => ({
    ...feature,
    from: feature.fields.map(({ name }) => fields.findIndex((field) => field.name === name)),
  }));
  const fill: Fill = (rows, columns, output) => {
    const items = arrayItems(output);
    for (const [k, { compute, fields: read, from }] of placed.entries()) {
      const own = from.map((at) => columns[at] as ValueAt);
      for (let row = 0; row < rows; row++) {
        items[row * width + k] = givenNumber(compute, rowOf(read, own, row));
      }
    }
    output.flush();
  };
  return register(connection, {
    label: "millrace_features",
    returnType: ARRAY(DOUBLE, width),
    fields,
    fill,
  });
}

function numberSql(
  { name }: ReadyFeature,
  { call, why, place }: { readonly call: string; readonly why: string; readonly place: number },
): ComputedSql {
  return {
    name,
    call,
    isShared: true,
    value: (given) => `CASE WHEN isfinite(${given}[${place}]) THEN ${given}[${place}]::FLOAT END`,
    failure: (given) => `CASE WHEN isinf(${given}[${place}]) THEN ${why} END`,
  };
}

function registerText(
  connection: DuckDBConnection,
  { name, place, fields, compute }: ReadyFeature,
  why: string,
): ComputedSql {
  const call = register(connection, {
    label: `millrace_feature_${place}`,
    returnType: VARCHAR,
    fields,
    fill: (rows, columns, output) =>
      giveItems(output, rows, (row) => givenText(compute, rowOf(fields, columns, row))),
  });
  return {
    name,
    call,
    value: (given) => `CASE WHEN ${given}[1] = '=' THEN nullif(${given}[2:], '') END`,
    failure: (given) => `CASE WHEN ${given}[1] = '!' THEN ${why} END`,
  };
}

/** @returns the call, which says why a row cannot have the feature */
function registerReason(
  connection: DuckDBConnection,
  { place, fields, compute }: ReadyFeature,
): string {
  return register(connection, {
    label: `millrace_feature_${place}_failure`,
    returnType: VARCHAR,
    fields,
    fill: (rows, columns, output) =>
      giveItems(output, rows, (row) => failureOf(compute, rowOf(fields, columns, row))),
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

/** One row of the vectors, as JavaScript sees it. */
export function rowOf(
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
