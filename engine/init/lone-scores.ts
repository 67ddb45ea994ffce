import type { DuckDBConnection } from "@duckdb/node-api";
import { queryNumber } from "../duckdb/query.ts";
import { sqlText } from "../duckdb/sql.ts";
import { SAMPLE } from "./read-sample.ts";
import type { SuggestedTarget } from "./suggest-target.ts";
import type { TypedColumn } from "./typed-column.ts";

/** A category of which most values are nearly alone says nothing of the other half of the rows. */
const ROWS_PER_VALUE = 10;
const BUCKETS = 100;

/**
 * How well a column alone predicts the target: on one half of the sample each value (of numbers: each
 * of 100 quantiles) learns the mean, or the commonest class, of the target; the other half measures it.
 *
 * @returns ROC-AUC of a binary target, accuracy of a multiclass one, R² of a regression; undefined
 *   where a column has too many values to say.
 */
export async function loneScore(
  connection: DuckDBConnection,
  target: SuggestedTarget,
  column: TypedColumn,
): Promise<number | undefined> {
  const { facts, type } = column;
  const isNumber = type === "number" || type === "integer";
  if (!isNumber && facts.distinct * ROWS_PER_VALUE > facts.rows) return undefined;
  const text = `c${facts.index}`;
  const bucket =
    isNumber && facts.distinct > BUCKETS
      ? `CASE WHEN ${text} IS NOT NULL THEN ntile(${BUCKETS}) OVER (ORDER BY TRY_CAST(${text} AS DOUBLE))::VARCHAR END`
      : text;
  const rows = `SELECT coalesce(${bucket}, '') AS bucket, ${labelSql(target)} AS y, hash(rowid) % 2 = 0 AS learns
    FROM ${SAMPLE} WHERE c${target.column.facts.index} IS NOT NULL`;
  const score = await queryNumber(connection, SCORES[target.type](rows));
  return Number.isFinite(score) ? score : undefined;
}

function labelSql({ column, type, positive = "" }: SuggestedTarget): string {
  const text = `c${column.facts.index}`;
  if (type === "binary") return `(${text} = ${sqlText(positive)})::DOUBLE`;
  return type === "regression" ? `TRY_CAST(${text} AS DOUBLE)` : text;
}

/** Rows that measure, each with what its bucket learnt. */
const learnt = (rows: string, learn: string) => `
  WITH r AS MATERIALIZED (${rows}), l AS (SELECT bucket, ${learn} AS p FROM r WHERE learns GROUP BY bucket),
  m AS (SELECT r.y, coalesce(l.p, (SELECT ${learn} FROM r WHERE learns)) AS p FROM r LEFT JOIN l USING (bucket) WHERE NOT learns)`;

const SCORES: Readonly<Record<SuggestedTarget["type"], (rows: string) => string>> = {
  // the share of pairs of both classes that stand in the right order, equal ones half
  binary: (rows) => `${learnt(rows, "avg(y)")},
    g AS (SELECT p, sum(y) AS positives, sum(1 - y) AS negatives FROM m GROUP BY p),
    o AS (SELECT *, coalesce(sum(negatives) OVER (ORDER BY p ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS below FROM g)
    SELECT sum(positives * (below + negatives / 2)) / nullif(sum(positives) * sum(negatives), 0) FROM o`,
  multiclass: (rows) => `${learnt(rows, "mode(y)")} SELECT avg((y = p)::DOUBLE) FROM m`,
  regression: (rows) =>
    `${learnt(rows, "avg(y)")} SELECT 1 - sum((y - p) ^ 2) / nullif(var_pop(y) * count(*), 0) FROM m`,
};
