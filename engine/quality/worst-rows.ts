import type { DuckDBConnection } from "@duckdb/node-api";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import type { WorstRow } from "../../core/quality/quality-report.ts";
import { hasFlags } from "../../core/quality/row-checks.ts";
import { type CheckedRows, quarantined } from "../dataset/quarantine.ts";
import { STAGED } from "../dataset/stage-rows.ts";
import { valueColumn } from "../dataset/staged-columns.ts";
import { columnsOf, queryRows } from "../duckdb/query.ts";
import { sqlName, sqlTexts } from "../duckdb/sql.ts";
import { IN_SPLIT } from "./in-split.ts";

const ROWS = 10;
/** Most columns of a row that a report keeps. */
const COLUMNS = 60;
/** Characters of a value, and of what is said about it, that a report keeps. */
const VALUE_LENGTH = 100;
/** Things that a row breaks, of which a report keeps the first. */
const REASONS = 10;

/**
 * At most ten rows that break a rule: first those that fail the run, then those in quarantine, then
 * those that were kept; among them those that break most. Equal data gives equal rows.
 *
 * @param failing reasons of rules that fail the run
 */
export async function worstRows(
  connection: DuckDBConnection,
  request: {
    readonly definition: StoredDefinition;
    readonly columns: readonly string[];
    readonly rows: CheckedRows;
    readonly failing: readonly string[];
  },
): Promise<readonly WorstRow[]> {
  const { definition, columns, rows, failing } = request;
  const worst: WorstRow[] = [];
  if (rows.quarantinePaths.length > 0) {
    const relation = quarantined(rows);
    const names = [...(await columnsOf(connection, `FROM ${relation}`)).keys()];
    const values = names.filter((name) => name !== "__reason" && name !== "__file");
    const file = names.includes("__file") ? "__file" : "NULL";
    const selected = values.map((name) => `${sqlName(name)}::VARCHAR AS ${sqlName(name)}`);
    const query = `SELECT __reason AS __told, ${file} AS __where, ${selected.join(", ")} FROM ${relation}`;
    worst.push(...(await worstOf(connection, { query, values, failing })));
  }
  if (worst.length < ROWS && hasFlags(definition)) {
    const selected = columns.map((name) => `${valueColumn(name)}::VARCHAR AS ${sqlName(name)}`);
    const query = `SELECT __flags AS __told, NULL AS __where, ${selected.join(", ")} FROM ${STAGED} WHERE ${IN_SPLIT} AND __flags IS NOT NULL`;
    worst.push(...(await worstOf(connection, { query, values: columns, failing })));
  }
  return worst.slice(0, ROWS);
}

async function worstOf(
  connection: DuckDBConnection,
  {
    query,
    values,
    failing,
  }: {
    readonly query: string;
    readonly values: readonly string[];
    readonly failing: readonly string[];
  },
): Promise<readonly WorstRow[]> {
  const kept = values.slice(0, COLUMNS);
  const cut = (sql: string) => `left(${sql}, ${VALUE_LENGTH})`;
  const told = "string_split(__told, '; ')";
  const fails = failing.length === 0 ? "false" : `list_has_any(${told}, ${sqlTexts(failing)})`;
  const rows = await queryRows(
    connection,
    `SELECT __where, __told, ${kept.map((name) => cut(sqlName(name))).join(", ")} FROM (${query}) found ORDER BY ${fails} DESC, len(${told}) DESC, __told, found::VARCHAR LIMIT ${ROWS}`,
  );
  return rows.map(([file, reasons, ...texts]) => ({
    ...(typeof file === "string" && { file }),
    broken: String(reasons)
      .split("; ")
      .slice(0, REASONS)
      .map((reason) => reason.slice(0, VALUE_LENGTH)),
    values: Object.fromEntries(
      kept.map((name, i) => [name, typeof texts[i] === "string" ? (texts[i] as string) : null]),
    ),
  }));
}
