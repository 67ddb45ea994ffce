import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import { fieldCheck } from "../../core/quality/row-checks.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import type { ComputedSql } from "./computed-sql.ts";
import { fieldSql, rawName, readName } from "./field-rules.ts";
import type { PreprocessSql } from "./preprocess-function.ts";
import type { Source } from "./source-files.ts";

/** What the rows of every source file of a definition are checked by. */
export interface RowChecks {
  readonly columns: readonly ContractColumn[];
  /** Absent where rows are only asked about, and have no outcome yet. */
  readonly label?: ComputedSql;
  /** Absent where every row counts the same. */
  readonly weight?: ComputedSql;
  readonly features: readonly ComputedSql[];
  /** Changes typed fields before anything is computed of them. */
  readonly preprocess?: PreprocessSql | undefined;
  /** Columns by name between the fields and what reads them. */
  readonly aggregates?: readonly ComputedSql[];
  /** Rules of the definition that a row must keep; their values are not. */
  readonly rules?: readonly ComputedSql[];
  /** Absent where no row is kept that breaks something. */
  readonly warned?: WarnedRules;
}

/** What a row may break and be kept. */
export interface WarnedRules {
  /** Parts of fields' contracts, as `fieldCheck` has them. */
  readonly checks: ReadonlySet<string>;
  readonly rules: readonly ComputedSql[];
}

export const featureName = (i: number) => sqlName(`__feature_${i}`);

/**
 * A query that reads, types, checks and completes each row of another one. Its columns: each of the
 * contract's by name, typed, and as `__raw_<name>`; `__label` and `__weight` where there are such;
 * `__feature_<i>`; and `__reason`, NULL for a row that keeps the contract, else every broken field with
 * what is wrong. `__flags` says the same of what a row may break and be kept; without `warned` there is
 * none.
 *
 * Label, weight and row features that are text are computed for rows whose fields keep the contract only;
 * the numbers of row features for every row, and not used where it is broken.
 *
 * @param types of the query's columns in the source
 */
export function checkedRows(query: string, types: Source["types"], checks: RowChecks): string {
  const { columns, warned, preprocess, aggregates = [] } = checks;
  const fields = columns.map((column) => ({
    name: column.name,
    sql: fieldSql(column, types.get(column.name) ?? "VARCHAR"),
  }));
  const computed = computedColumns(checks);
  const select = (parts: readonly string[]) => parts.join(", ");

  const raw = `SELECT ${select(fields.map(({ name }) => `${sqlName(name)} AS ${rawName(name)}`))} FROM (${query})`;
  const read = `SELECT *, ${select(fields.map(({ name, sql }) => `${sql.read} AS ${readName(name)}`))} FROM (${raw})`;
  const typed = `SELECT *, ${select(fields.map(({ name, sql }) => `${sql.value} AS ${sqlName(name)}`))}, ${reason(rulesWhere(fields, (check) => !warned?.checks.has(check)))} AS __broken FROM (${read})`;
  const calls = new Map(computed.map(({ sql, given }) => [given, callSql(sql)]));
  const given = `SELECT ${select([
    "*",
    ...[...calls].map(([name, call]) => `${call} AS ${name}`),
  ])} FROM (${withAggregates(preprocessed(typed, preprocess), aggregates)})`;
  const failures = failuresOf(computed.filter(({ isWarned }) => !isWarned));
  const flags = [
    reason(rulesWhere(fields, (check) => warned?.checks.has(check) === true)),
    failuresOf(computed.filter(({ isWarned }) => isWarned)),
  ];
  return `SELECT *, ${select([
    ...computed.flatMap(({ sql, given, column }) =>
      column === undefined ? [] : [`${sql.value(given)} AS ${column}`],
    ),
    ...(warned ? [`nullif(concat_ws('; ', ${select(flags)}), '') AS __flags`] : []),
    `coalesce(__broken, ${failures}) AS __reason`,
  ])} FROM (${given})`;
}

/** What is called for a row: nothing for one that is broken, but for a shared call. */
const callSql = ({ call, isShared = false }: ComputedSql): string =>
  isShared ? call : `CASE WHEN __broken IS NULL THEN ${call} END`;

/** The typed fields as the routine leaves them; a row on which it fails is broken. */
function preprocessed(typed: string, preprocess: PreprocessSql | undefined): string {
  if (preprocess === undefined) return typed;
  const given = "__given_row";
  const changed = preprocess.columns.map(
    ({ name, value }) => `${value(given)} AS ${sqlName(name)}`,
  );
  const broken = `coalesce(__broken, ${preprocess.failure(given)}) AS __broken`;
  const call = `CASE WHEN __broken IS NULL THEN ${preprocess.call} END AS ${given}`;
  return `SELECT * EXCLUDE (${given}) REPLACE (${[broken, ...changed].join(", ")}) FROM (SELECT *, ${call} FROM (${typed}))`;
}

/** Aggregates by name behind the typed fields; a row that cannot have one is broken. */
function withAggregates(typed: string, aggregates: readonly ComputedSql[]): string {
  if (aggregates.length === 0) return typed;
  // several may be of one call
  const distinct = [...new Set(aggregates.map(callSql))];
  const given = (sql: ComputedSql) => `__given_aggregate_${distinct.indexOf(callSql(sql))}`;
  const calls = distinct.map((call, i) => `${call} AS __given_aggregate_${i}`);
  const values = aggregates.map((sql) => `${sql.value(given(sql))} AS ${sqlName(sql.name)}`);
  const failures = failuresOf(aggregates.map((sql) => ({ sql, given: given(sql) })));
  return `SELECT * REPLACE (coalesce(__broken, ${failures}) AS __broken), ${values.join(", ")} FROM (SELECT *, ${calls.join(", ")} FROM (${typed}))`;
}

/** What is computed, with the names of the columns of what is given and of the final value. */
function computedColumns({
  label,
  weight,
  features,
  rules = [],
  warned,
}: RowChecks): readonly Computed[] {
  const calls = features.map(({ call }) => call);
  return [
    ...(label ? [{ sql: label, given: "__given_label", column: "__label" }] : []),
    ...(weight ? [{ sql: weight, given: "__given_weight", column: "__weight" }] : []),
    // several may be of one call
    ...features.map((sql, i) => ({
      sql,
      given: `__given_${calls.indexOf(sql.call)}`,
      column: featureName(i),
    })),
    ...rules.map((sql, i) => ({ sql, given: `__given_rule_${i}` })),
    ...(warned?.rules ?? []).map((sql, i) => ({
      sql,
      given: `__given_warning_${i}`,
      isWarned: true,
    })),
  ];
}

interface Computed {
  readonly sql: ComputedSql;
  readonly given: string;
  /** Absent where the value is nobody's. */
  readonly column?: string;
  /** A row for which it fails is kept. */
  readonly isWarned?: boolean;
}

/** NULL, or what is wrong with each that failed. As in `reason`, text is made for such rows only. */
function failuresOf(computed: readonly Pick<Computed, "sql" | "given">[]): string {
  if (computed.length === 0) return "NULL::VARCHAR";
  const failures = computed.map(({ sql, given }) => ({
    name: sql.name,
    failed: sql.failure(given),
  }));
  const conditions = failures.map(({ failed }) => `(${failed}) IS NOT NULL`);
  const texts = failures.map(({ name, failed }) => `${sqlText(`${name}: `)} || ${failed}`);
  return `CASE WHEN ${conditions.join(" OR ")} THEN concat_ws('; ', ${texts.join(", ")}) END`;
}

interface FieldRules {
  readonly name: string;
  readonly sql: Pick<ReturnType<typeof fieldSql>, "rules">;
}

/** Of each field the rules that are wanted, without fields that have none. */
const rulesWhere = (
  fields: readonly FieldRules[],
  isWanted: (check: string) => boolean,
): readonly FieldRules[] =>
  fields
    .map(({ name, sql }) => ({
      name,
      sql: { rules: sql.rules.filter(([, , check]) => isWanted(fieldCheck(name, check))) },
    }))
    .filter(({ sql }) => sql.rules.length > 0);

/** NULL, or the first broken rule of each field. Text is made for broken rows only: that is 3 times faster. */
function reason(fields: readonly FieldRules[]): string {
  if (fields.length === 0) return "NULL::VARCHAR";
  const conditions = fields.flatMap(({ sql }) => sql.rules.map(([condition]) => `(${condition})`));
  const texts = fields.map(({ name, sql }) => {
    const cases = sql.rules.map(
      ([condition, what]) => `WHEN ${condition} THEN ${sqlText(`${name}: ${what}`)}`,
    );
    return `CASE ${cases.join(" ")} END`;
  });
  return `CASE WHEN ${conditions.join(" OR ")} THEN concat_ws('; ', ${texts.join(", ")}) END`;
}
