import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { PrepareRequest } from "../../core/dataset/prepare-dataset.ts";
import { durationMs } from "../../core/definition/duration.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { rulesOf } from "../../core/definition/quality-rules.ts";
import { judge } from "../../core/quality/judge.ts";
import type { Finding } from "../../core/quality/quality-report.ts";
import { checkedExpression } from "../dataset/checked-expression.ts";
import type { CheckedRows } from "../dataset/quarantine.ts";
import { STAGED } from "../dataset/stage-rows.ts";
import { STAGED_COLUMNS, valueColumn } from "../dataset/staged-columns.ts";
import { queryNumber, queryRows } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import { distributionFindings } from "./distribution.ts";
import { IN_SPLIT } from "./in-split.ts";
import type { LastKnown } from "./last-known.ts";

const HOUR_MS = 3_600_000;

/** What the rules for whole datasets are judged by. */
export interface DatasetFacts {
  readonly request: PrepareRequest;
  readonly columns: readonly ContractColumn[];
  readonly rows: CheckedRows;
  readonly last: LastKnown;
}

/** Judges the rules of a definition that are for its rows together. */
export async function datasetFindings(
  connection: DuckDBConnection,
  facts: DatasetFacts,
): Promise<readonly Finding[]> {
  const { definition } = facts.request.loaded;
  return [
    ...rowCountFindings(facts),
    ...(await freshnessFindings(connection, facts)),
    ...(await nullFindings(connection, definition)),
    ...(await aggregateFindings(connection, definition, facts.columns)),
    ...(await distributionFindings(connection, definition, facts.last, facts.rows.sampled)),
  ];
}

/** Rows that keep the contract, against those of the last dataset. */
function rowCountFindings({ request, rows, last }: DatasetFacts): readonly Finding[] {
  const kept = rows.read - rows.broken;
  return rulesOf(request.loaded.definition, "row-count").map(
    ({ name, check, action, min, max }) => {
      const ratio = last.rows === undefined ? null : kept / last.rows;
      const detail = `${kept} rows; the last dataset: ${last.rows ?? "none"}`;
      const bounds = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
      return judge({ rule: name, check, action, ...bounds, detail }, ratio);
    },
  );
}

/** The age of the newest row when the run began, in hours. */
async function freshnessFindings(
  connection: DuckDBConnection,
  { request: { loaded, startedAt } }: DatasetFacts,
): Promise<readonly Finding[]> {
  const rules = rulesOf(loaded.definition, "freshness");
  if (rules.length === 0) return [];
  const newest = await queryNumber(
    connection,
    `SELECT epoch_ms(max(${STAGED_COLUMNS.eventTime})) FROM ${STAGED} WHERE ${IN_SPLIT}`,
  );
  const hours = startedAt === undefined ? null : (Date.parse(startedAt) - newest) / HOUR_MS;
  const detail = `hours before the run; the newest row is of ${new Date(newest).toISOString()}`;
  return rules.map(({ name, check, action, maxAge }) =>
    judge({ rule: name, check, action, max: durationMs(maxAge) / HOUR_MS, detail }, hours),
  );
}

async function nullFindings(
  connection: DuckDBConnection,
  definition: StoredDefinition,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { name, check, action, column, max } of rulesOf(definition, "null-share")) {
    const [counts = []] = await queryRows(
      connection,
      `SELECT count(*) FILTER (${valueColumn(column)} IS NULL), count(*) FROM ${STAGED} WHERE ${IN_SPLIT}`,
    );
    const [missing, all] = counts.map(Number) as [number, number];
    const detail = `share of rows without ${column}`;
    findings.push(judge({ rule: name, check, action, max, rows: missing, detail }, missing / all));
  }
  return findings;
}

async function aggregateFindings(
  connection: DuckDBConnection,
  definition: StoredDefinition,
  columns: readonly ContractColumn[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const rule of rulesOf(definition, "aggregate")) {
    const { name, check, action, from, expression, min, max } = rule;
    const path = `quality.rules.${name}.expression`;
    const wanted = "gives one number for all rows";
    await checkedExpression(
      connection,
      { path, expression, from, wanted, isAggregate: true },
      columns,
    );
    const values = from.map((column) => `${valueColumn(column)} AS ${sqlName(column)}`);
    // A line end closes a comment at the expression's end.
    const [[value] = []] = await queryRows(
      connection,
      `SELECT TRY_CAST((${expression}\n) AS DOUBLE) FROM (SELECT ${values.join(", ")} FROM ${STAGED} WHERE ${IN_SPLIT})`,
    );
    const bounds = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
    const measured = typeof value === "number" ? value : null;
    findings.push(judge({ rule: name, check, action, ...bounds, detail: expression }, measured));
  }
  return findings;
}
