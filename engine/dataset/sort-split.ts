import type { DuckDBConnection } from "@duckdb/node-api";
import {
  DATASET_COLUMNS,
  type DatasetShape,
  datasetShape,
} from "../../core/dataset/dataset-shape.ts";
import { SPLIT_NAMES, type SplitName } from "../../core/dataset/manifest.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { queryNumber } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import { type ColumnSql, columnSqls } from "./column-sql.ts";
import { gathersQueries } from "./split-rule.ts";
import { STAGED } from "./stage-rows.ts";
import { STAGED_COLUMNS } from "./staged-columns.ts";

/** One split in its final order, as a table in DuckDB. */
export interface SortedSplit {
  readonly split: SplitName;
  readonly rows: number;
  /** Inputs and context by name (categories as ENUM), then `sortedColumns`, in row order. */
  readonly table: string;
  /** Inputs, then context. */
  readonly columns: readonly ColumnSql[];
}

/** Columns of a sorted split behind inputs and context. */
export function sortedColumns({ task, hasWeight, hasTime }: DatasetShape): readonly string[] {
  return [
    STAGED_COLUMNS.label,
    ...(hasWeight ? [DATASET_COLUMNS.weight] : []),
    ...(task.type === "ranking" ? [DATASET_COLUMNS.query] : []),
    ...(hasTime ? [DATASET_COLUMNS.eventTime] : []),
  ];
}

/**
 * Orders a split by query, by event time, then by every input, context, label and weight. Rows that
 * tie are equal, so there is one order only. Strings are ordered by their codes, which is quicker than
 * by their text.
 */
export async function sortSplit(
  connection: DuckDBConnection,
  split: SplitName,
  definition: StoredDefinition,
): Promise<SortedSplit> {
  const shape = datasetShape(definition);
  const relation = rowsOf(definition, split);
  const rows = await queryNumber(connection, `SELECT count(*) FROM ${relation}`);
  const named = [...shape.inputs, ...shape.context];
  const columns = await columnSqls(connection, { inputs: named, relation, prefix: split });
  const table = `sorted_${split}`;
  await createSorted(connection, { table, relation, columns, shape });
  return { split, rows, table, columns };
}

/** The rows of a split. Of a ranking by time, queries go whole to the split of their first row. */
function rowsOf(definition: StoredDefinition, split: SplitName): string {
  const { split: code, group } = STAGED_COLUMNS;
  const wanted = SPLIT_NAMES.indexOf(split);
  if (!gathersQueries(definition)) return `(SELECT * FROM ${STAGED} WHERE ${code} = ${wanted})`;
  const queries = `SELECT ${group} FROM ${STAGED} GROUP BY ${group} HAVING min(${code}) = ${wanted}`;
  return `(SELECT * FROM ${STAGED} WHERE ${code} IS NOT NULL AND ${group} IN (${queries}))`;
}

async function createSorted(
  connection: DuckDBConnection,
  request: {
    readonly table: string;
    readonly relation: string;
    readonly columns: readonly ColumnSql[];
    readonly shape: DatasetShape;
  },
): Promise<void> {
  const { table, relation, columns, shape } = request;
  const { label, weight, group, eventTime } = STAGED_COLUMNS;
  const { query } = DATASET_COLUMNS;
  const isRanking = shape.task.type === "ranking";
  const names = columns.map(({ name }) => sqlName(name));
  const selected = columns.map(({ enumType }, i) =>
    enumType === undefined ? names[i] : `${names[i]}::${sqlName(enumType)} AS ${names[i]}`,
  );
  const behind = sortedColumns(shape).map((name) =>
    name === query ? `(dense_rank() OVER (ORDER BY ${group}) - 1)::UINTEGER AS ${query}` : name,
  );
  const order = [
    ...(isRanking ? [query] : []),
    ...(shape.hasTime ? [eventTime] : []),
    ...names,
    label,
    ...(shape.hasWeight ? [weight] : []),
  ].map((name) => `sorted.${name} NULLS FIRST`);
  await connection.run(
    `CREATE TABLE ${table} AS SELECT * FROM (SELECT ${[...selected, ...behind].join(", ")} FROM ${relation}) sorted ORDER BY ${order.join(", ")}`,
  );
}
