import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import type { ComputedSql } from "./computed-sql.ts";
import { fieldSql, rawName, readName } from "./field-rules.ts";
import type { Source } from "./source-files.ts";

/** What the rows of every source file of a definition are checked by. */
export interface RowChecks {
  readonly columns: readonly ContractColumn[];
  /** Absent where rows are only asked about, and have no outcome yet. */
  readonly label?: ComputedSql;
  /** Absent where every row counts the same. */
  readonly weight?: ComputedSql;
  readonly features: readonly ComputedSql[];
}

export const featureName = (i: number) => sqlName(`__feature_${i}`);

/**
 * A query that reads, types, checks and completes each row of another one. Its columns: each of the
 * contract's by name, typed, and as `__raw_<name>`; `__label` and `__weight` where there are such;
 * `__feature_<i>`; and `__reason`, NULL for a row that keeps the contract, else every broken field with
 * what is wrong.
 *
 * Label, weight and row features are computed for rows whose fields keep the contract only.
 *
 * @param types of the query's columns in the source
 */
export function checkedRows(query: string, types: Source["types"], checks: RowChecks): string {
  const { columns } = checks;
  const fields = columns.map((column) => ({
    name: column.name,
    sql: fieldSql(column, types.get(column.name) ?? "VARCHAR"),
  }));
  const computed = computedColumns(checks);
  const select = (parts: readonly string[]) => parts.join(", ");

  const raw = `SELECT ${select(fields.map(({ name }) => `${sqlName(name)} AS ${rawName(name)}`))} FROM (${query})`;
  const read = `SELECT *, ${select(fields.map(({ name, sql }) => `${sql.read} AS ${readName(name)}`))} FROM (${raw})`;
  const typed = `SELECT *, ${select(fields.map(({ name, sql }) => `${sql.value} AS ${sqlName(name)}`))}, ${reason(fields)} AS __broken FROM (${read})`;
  const given = `SELECT ${select([
    "*",
    ...computed.map(
      ({ sql, given }) => `CASE WHEN __broken IS NULL THEN ${sql.call} END AS ${given}`,
    ),
  ])} FROM (${typed})`;
  const failures = computed.map(
    ({ sql, given }) => `${sqlText(`${sql.name}: `)} || ${sql.failure(given)}`,
  );
  return `SELECT *, ${select([
    ...computed.map(({ sql, given, column }) => `${sql.value(given)} AS ${column}`),
    failures.length === 0
      ? "__broken AS __reason"
      : `coalesce(__broken, nullif(concat_ws('; ', ${select(failures)}), '')) AS __reason`,
  ])} FROM (${given})`;
}

/** What is computed, with the names of the columns of what is given and of the final value. */
function computedColumns({ label, weight, features }: RowChecks) {
  return [
    ...(label ? [{ sql: label, given: "__given_label", column: "__label" }] : []),
    ...(weight ? [{ sql: weight, given: "__given_weight", column: "__weight" }] : []),
    ...features.map((sql, i) => ({ sql, given: `__given_${i}`, column: featureName(i) })),
  ];
}

/** NULL, or the first broken rule of each field. Text is made for broken rows only: that is 3 times faster. */
function reason(
  fields: readonly { readonly name: string; readonly sql: ReturnType<typeof fieldSql> }[],
): string {
  const conditions = fields.flatMap(({ sql }) => sql.rules.map(([condition]) => `(${condition})`));
  const texts = fields.map(({ name, sql }) => {
    const cases = sql.rules.map(
      ([condition, what]) => `WHEN ${condition} THEN ${sqlText(`${name}: ${what}`)}`,
    );
    return `CASE ${cases.join(" ")} END`;
  });
  return `CASE WHEN ${conditions.join(" OR ")} THEN concat_ws('; ', ${texts.join(", ")}) END`;
}
