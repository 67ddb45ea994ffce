import type { DuckDBConnection } from "@duckdb/node-api";
import { queryNumber } from "../duckdb/query.ts";
import { CHECKED } from "./check-batch.ts";

/** Table of the different inputs among the rows that keep the contract. */
export const DISTINCT = "distinct_inputs";
/** Table of their scores, in the order of `DISTINCT`. */
export const DISTINCT_SCORES = "distinct_scores";

/** A graph call holds as many; fewer rows are not worth a look. */
const MIN_ROWS = 8_192;
/** Putting answers beside rows again costs less than half of the calls that are saved. */
const MAX_SHARE = 0.5;

/**
 * Makes the table `DISTINCT` where so many rows have the same inputs that each of these is better
 * scored once. Rows with equal inputs have equal scores, to the bit.
 *
 * @param names SQL of the inputs' columns
 * @returns whether it did
 */
export async function takeDistinct(
  connection: DuckDBConnection,
  names: readonly string[],
): Promise<boolean> {
  const kept = `FROM ${CHECKED.rows} WHERE __reason IS NULL`;
  const rows = await queryNumber(connection, `SELECT count(*) ${kept}`);
  if (rows <= MIN_ROWS || names.length === 0) return false;
  const different = `SELECT approx_count_distinct(hash(${names.join(", ")})) ${kept}`;
  if ((await queryNumber(connection, different)) > rows * MAX_SHARE) return false;
  await connection.run(`CREATE TABLE ${DISTINCT} AS SELECT DISTINCT ${names.join(", ")} ${kept}`);
  return true;
}

/** Query of the scores of all rows that keep the contract, in their order. */
export function spreadScores(names: readonly string[]): string {
  const rows = `SELECT rowid AS __place, ${names.join(", ")} FROM ${CHECKED.rows} WHERE __reason IS NULL`;
  const known = `SELECT * FROM ${DISTINCT} POSITIONAL JOIN ${DISTINCT_SCORES}`;
  return `SELECT * EXCLUDE (__place, ${names.join(", ")}) FROM (${rows}) JOIN (${known}) USING (${names.join(", ")}) ORDER BY __place`;
}
