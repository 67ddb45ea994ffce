import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { modelInputs } from "../../core/definition/model-inputs.ts";
import { queryNumber, queryRows } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import { checkedRows, featureName, type RowChecks } from "./checked-rows.ts";
import { type Source, unreadable } from "./source-files.ts";
import { splitRule } from "./split-rule.ts";

/** Table of every row: the inputs by name, and the columns here. */
export const STAGED = "staged";
export const STAGED_COLUMNS = {
  label: "__label",
  eventTime: "__event_time",
  /** Code of the split; NULL for a broken row. */
  split: "__split",
  /** NULL for a row that keeps the contract. */
  reason: "__reason",
} as const;

export interface StagedRows {
  readonly read: number;
  readonly broken: number;
  /** Of the broken rows, most frequent first, at most five. */
  readonly reasons: readonly { readonly reason: string; readonly rows: number }[];
}

/**
 * Reads, checks and completes every row of the source, once.
 *
 * @throws {DataContractError} if a file turns out to be unreadable.
 */
export async function stageRows(
  connection: DuckDBConnection,
  request: {
    readonly definition: StoredDefinition;
    readonly source: Source;
    readonly checks: RowChecks;
  },
): Promise<StagedRows> {
  const { definition, source, checks } = request;
  const split = splitRule(definition, checks.columns);
  const selected = [
    ...inputColumns(definition, checks.columns),
    `__label AS ${STAGED_COLUMNS.label}`,
    `${sqlName(definition.source.eventTime)} AS ${STAGED_COLUMNS.eventTime}`,
    `CASE WHEN __reason IS NULL THEN (${split})::UTINYINT END AS ${STAGED_COLUMNS.split}`,
    `__reason AS ${STAGED_COLUMNS.reason}`,
  ];
  try {
    await connection.run(
      `CREATE TABLE ${STAGED} AS SELECT ${selected.join(", ")} FROM (${checkedRows(source.query, checks)})`,
    );
  } catch (cause) {
    throw unreadable("source data", cause);
  }
  const all =
    source.rejects === undefined
      ? STAGED
      : `(SELECT __reason FROM ${STAGED} UNION ALL SELECT __reason FROM (${rejectedLines(source.rejects)}))`;
  const reasons = await queryRows(
    connection,
    `SELECT __reason, count(*) FROM ${all} WHERE __reason IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5`,
  );
  return {
    read: await queryNumber(connection, `SELECT count(*) FROM ${all}`),
    broken: await queryNumber(connection, `SELECT count(__reason) FROM ${all}`),
    reasons: reasons.map(([reason, rows]) => ({ reason: String(reason), rows: Number(rows) })),
  };
}

/** Lines of a csv file that are no rows of it, as `__line` and `__reason`: DuckDB may find more than one thing wrong with a line. */
export function rejectedLines(rejects: string): string {
  const kind = "lower(error_type::VARCHAR)";
  return `SELECT any_value(trim(csv_line, chr(13) || chr(10))) AS __line, 'line: ' || string_agg(DISTINCT ${kind}, ', ' ORDER BY ${kind}) AS __reason FROM ${rejects} GROUP BY file_id, line, line_byte_position`;
}

/** Numbers become float32, as the graph sees them; what underflows must not become -0. */
function inputColumns(
  definition: StoredDefinition,
  columns: readonly ContractColumn[],
): readonly string[] {
  const features = Object.keys(definition.rowFeatures);
  return modelInputs(definition).map(({ name, kind, origin }) => {
    const column = sqlName(name);
    if (origin === "row-feature") return `${featureName(features.indexOf(name))} AS ${column}`;
    if (kind === "category") return column;
    const isBoolean = columns.find((field) => field.name === name)?.type === "boolean";
    const number = isBoolean ? `${column}::INTEGER::FLOAT` : `TRY_CAST(${column} AS FLOAT)`;
    return `${number} + 0::FLOAT AS ${column}`;
  });
}
