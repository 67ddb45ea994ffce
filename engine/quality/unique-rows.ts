import { join } from "node:path";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { rulesOf } from "../../core/definition/quality-rules.ts";
import { judge } from "../../core/quality/judge.ts";
import type { Finding } from "../../core/quality/quality-report.ts";
import { coverStaged } from "../dataset/cover-staged.ts";
import { STAGED } from "../dataset/stage-rows.ts";
import { valueColumn } from "../dataset/staged-columns.ts";
import { queryNumber } from "../duckdb/query.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { IN_SPLIT } from "./in-split.ts";

/** What a row that is one too many is told. */
export const REPEATED = "is there already";

/** What the rules of uniqueness came to. */
export interface UniqueRows {
  readonly findings: readonly Finding[];
  /** Rows that were taken out. */
  readonly removed: number;
  /** Files of this machine that hold them. */
  readonly paths: readonly string[];
}

/**
 * Finds rows that are one too many and, unless a rule only warns, takes them out. Of rows that are
 * equal where they must not be, the first by its values stays: no order of files or rows decides. A row
 * without one of the values is equal to no other.
 *
 * @param columns of the contract, whose values every staged row has
 */
export async function uniqueRows(
  duckdb: Duckdb,
  definition: StoredDefinition,
  columns: readonly string[],
): Promise<UniqueRows> {
  const findings: Finding[] = [];
  const paths: string[] = [];
  let removed = 0;
  for (const [i, rule] of rulesOf(definition, "unique").entries()) {
    const { name, action } = rule;
    const keys = rule.columns.map(valueColumn);
    const repeats = `repeats_${i}`;
    const rows = await findRepeats(duckdb, { keys, repeats });
    const found = { rule: name, check: "unique", action, max: 0, rows };
    findings.push(judge({ ...found, detail: rule.columns.join(", ") }, rows));
    if (rows === 0 || action === "warn") continue;
    const path = join(duckdb.directory, `repeats-${i}.parquet`);
    const first = [definition.source.eventTime ?? [], columns].flat();
    await takeOut(duckdb, { keys, repeats, path, name, columns, order: first.map(valueColumn) });
    paths.push(path);
    removed += rows;
  }
  return { findings, removed, paths };
}

/** Makes a table of the keys that several rows have. @returns rows beside the first of each */
async function findRepeats(
  { connection }: Duckdb,
  { keys, repeats }: { readonly keys: readonly string[]; readonly repeats: string },
): Promise<number> {
  const known = keys.map((key) => `${key} IS NOT NULL`).join(" AND ");
  await connection.run(
    `CREATE TABLE ${repeats} AS SELECT ${keys.join(", ")}, count(*) AS __rows FROM ${STAGED} WHERE ${IN_SPLIT} AND ${known} GROUP BY ALL HAVING count(*) > 1`,
  );
  return queryNumber(connection, `SELECT coalesce(sum(__rows - 1), 0) FROM ${repeats}`);
}

async function takeOut(
  { connection }: Duckdb,
  request: {
    readonly keys: readonly string[];
    readonly repeats: string;
    readonly path: string;
    readonly name: string;
    readonly columns: readonly string[];
    readonly order: readonly string[];
  },
): Promise<void> {
  const { keys, repeats, path, name, columns, order } = request;
  const same = keys.map((key) => `staged_rows.${key} = ${repeats}.${key}`).join(" AND ");
  const found = `${repeats}_rows`;
  await connection.run(
    `CREATE TABLE ${found} AS SELECT *, row_number() OVER (PARTITION BY ${keys.join(", ")} ORDER BY ${order.join(", ")}) AS __place_in_key FROM (SELECT staged_rows.* FROM ${STAGED} staged_rows SEMI JOIN ${repeats} ON ${same} WHERE ${IN_SPLIT})`,
  );
  const values = columns.map((column) => `${valueColumn(column)} AS ${sqlName(column)}`);
  await connection.run(
    `COPY (SELECT ${values.join(", ")}, ${sqlText(`${name}: ${REPEATED}`)} AS __reason FROM ${found} WHERE __place_in_key > 1 ORDER BY ALL) TO ${sqlText(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  await coverStaged(
    connection,
    (rows) =>
      `SELECT staged_rows.* FROM ${rows} staged_rows ANTI JOIN ${repeats} ON ${same} AND ${IN_SPLIT} UNION ALL SELECT * EXCLUDE (__place_in_key) FROM ${found} WHERE __place_in_key = 1`,
  );
}
