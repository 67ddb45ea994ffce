import type { DuckDBConnection } from "@duckdb/node-api";
import { queryRows } from "../duckdb/query.ts";
import { SAMPLE } from "./read-sample.ts";
import type { SuggestedTarget } from "./suggest-target.ts";
import type { TypedColumn } from "./typed-column.ts";

export type SuggestedSplit =
  | { readonly by: "time"; readonly validationFrom: string; readonly testFrom: string }
  | { readonly by: "hash" };

/** Fewest rows of a split, of each of its classes, for a split by time. */
const FEWEST = 10;

/**
 * By time, where the target is found on both sides of the bounds: the last fifth of the rows tests, the
 * fifth before it validates. Else by hash.
 */
export async function suggestSplit(
  connection: DuckDBConnection,
  target: SuggestedTarget,
  time: TypedColumn | undefined,
): Promise<SuggestedSplit> {
  if (time === undefined) return { by: "hash" };
  const at = `TRY_CAST(c${time.facts.index} AS TIMESTAMPTZ)`;
  const [bounds = []] = await queryRows(
    connection,
    `SELECT strftime(quantile_disc(${at}, 0.6) AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ'),
       strftime(quantile_disc(${at}, 0.8) AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') FROM ${SAMPLE}`,
  );
  const [validationFrom, testFrom] = bounds.map(String) as [string, string];
  if (!(Date.parse(validationFrom) < Date.parse(testFrom))) return { by: "hash" };
  const label = target.type === "regression" ? "''" : `c${target.column.facts.index}`;
  const counts = await queryRows(
    connection,
    `SELECT (${at} >= '${validationFrom}')::INTEGER + (${at} >= '${testFrom}')::INTEGER AS split, ${label} AS label, count(*)
     FROM ${SAMPLE} WHERE c${target.column.facts.index} IS NOT NULL GROUP BY ALL`,
  );
  const classes = new Set(counts.map(([, label]) => label)).size;
  const isEverywhere =
    counts.length === 3 * classes && counts.every(([, , count]) => Number(count) >= FEWEST);
  return isEverywhere ? { by: "time", validationFrom, testFrom } : { by: "hash" };
}
