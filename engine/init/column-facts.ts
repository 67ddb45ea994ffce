import type { DuckDBConnection } from "@duckdb/node-api";
import { queryRows } from "../duckdb/query.ts";
import { SAMPLE, type Sample, type SampleColumn } from "./read-sample.ts";

/** What a sample says of one column. Empty text counts as missing. */
export interface ColumnFacts extends SampleColumn {
  /** Place in the file, from 0. */
  readonly index: number;
  readonly rows: number;
  readonly missing: number;
  readonly distinct: number;
  /** Values that are finite numbers, and of these the whole ones of at most 53 bits. */
  readonly numbers: number;
  readonly wholes: number;
  /** Values such as 00123: codes, not numbers. */
  readonly leadingZeros: number;
  readonly instants: number;
  /** Words for true and false: true, false, yes, no, and their first letters. */
  readonly truths: number;
  /** JSON arrays of texts, and JSON of any other structure. */
  readonly lists: number;
  readonly structures: number;
  /** Of the numbers; null where there are none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly longest: number;
  /** Mean length of the texts. */
  readonly meanLength: number;
  /** The most frequent values, at most 50, by falling count, then by text. */
  readonly top: readonly string[];
}

const MOST_VALUES = 50;

/** The facts of every column of the sample, in the file's order. */
export async function columnFacts(
  connection: DuckDBConnection,
  { columns, sampled }: Sample,
): Promise<readonly ColumnFacts[]> {
  const facts: ColumnFacts[] = [];
  for (const [index, column] of columns.entries()) {
    facts.push(await factsOf(connection, { ...column, index, rows: sampled }));
  }
  return facts;
}

async function factsOf(
  connection: DuckDBConnection,
  column: SampleColumn & { readonly index: number; readonly rows: number },
): Promise<ColumnFacts> {
  const { index, type } = column;
  const text = `c${index}`;
  const json = (condition: string) =>
    type === "JSON" ? `count(*) FILTER (${condition.replaceAll("$", `raw${index}`)})` : "0";
  const aggregates = [
    `count(*) FILTER (${text} IS NULL)`,
    `count(DISTINCT ${text})`,
    "count(n) FILTER (isfinite(n))",
    "count(n) FILTER (isfinite(n) AND n = trunc(n) AND abs(n) <= 9007199254740991)",
    `count(*) FILTER (regexp_full_match(${text}, '[-+]?0[0-9]+'))`,
    `count(TRY_CAST(${text} AS TIMESTAMPTZ))`,
    `count(*) FILTER (lower(${text}) IN ('true', 'false', 'yes', 'no', 't', 'f', 'y', 'n'))`,
    json("json_type($) = 'ARRAY' AND TRY_CAST($ AS VARCHAR[]) IS NOT NULL"),
    json("json_type($) IN ('ARRAY', 'OBJECT')"),
    "min(n) FILTER (isfinite(n))",
    "max(n) FILTER (isfinite(n))",
    `coalesce(max(length(${text})), 0)`,
    `coalesce(avg(length(${text})), 0)`,
  ];
  const [row = []] = await queryRows(
    connection,
    `SELECT ${aggregates.join(", ")} FROM (SELECT *, TRY_CAST(${text} AS DOUBLE) AS n FROM ${SAMPLE})`,
  );
  const top = await queryRows(
    connection,
    `SELECT ${text} FROM ${SAMPLE} WHERE ${text} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${MOST_VALUES}`,
  );
  const number = (i: number) => Number(row[i]);
  const orNull = (i: number) => (row[i] === null ? null : Number(row[i]));
  return {
    ...column,
    missing: number(0),
    distinct: number(1),
    numbers: number(2),
    wholes: number(3),
    leadingZeros: number(4),
    instants: number(5),
    truths: number(6),
    lists: number(7),
    structures: number(8),
    min: orNull(9),
    max: orNull(10),
    longest: number(11),
    meanLength: number(12),
    top: top.map(([value]) => String(value)),
  };
}
