import type { DuckDBConnection } from "@duckdb/node-api";
import { type DatasetManifest, SPLIT_NAMES, type SplitName } from "../../core/dataset/manifest.ts";
import type { LabelledFrame } from "../../core/training/training-frame.ts";
import { queryNumber } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import { contentSha256 } from "./content-sha256.ts";
import { arrayOf, frameColumns } from "./frame-columns.ts";
import { readColumns } from "./read-columns.ts";
import { STAGED, STAGED_COLUMNS } from "./stage-rows.ts";

/** One split in its final order: a table in DuckDB, and the frame that training will see. */
export interface SortedSplit {
  readonly split: SplitName;
  readonly rows: number;
  /** Inputs by name (categories as ENUM), label and event time, in row order. */
  readonly table: string;
  readonly frame: LabelledFrame;
  readonly contentSha256: string;
}

/**
 * Orders a split by event time, then by every input, then by label. Rows that tie are equal, so
 * there is one order only. Strings are ordered by their codes, which is quicker than by their text.
 */
export async function sortSplit(
  connection: DuckDBConnection,
  split: SplitName,
  inputs: DatasetManifest["inputs"],
): Promise<SortedSplit> {
  const { label, eventTime, split: splitColumn } = STAGED_COLUMNS;
  const relation = `(SELECT * FROM ${STAGED} WHERE ${splitColumn} = ${SPLIT_NAMES.indexOf(split)})`;
  const rows = await queryNumber(connection, `SELECT count(*) FROM ${relation}`);
  const columns = await frameColumns(connection, { inputs, relation, rows, prefix: split });

  const table = `sorted_${split}`;
  const names = inputs.map(({ name }) => sqlName(name));
  const selected = columns.map(({ enumType }, i) =>
    enumType === undefined ? names[i] : `${names[i]}::${sqlName(enumType)} AS ${names[i]}`,
  );
  const order = [eventTime, ...names, label].map((name) => `sorted.${name} NULLS FIRST`);
  await connection.run(
    `CREATE TABLE ${table} AS SELECT * FROM (SELECT ${[...selected, label, eventTime].join(", ")} FROM ${relation}) sorted ORDER BY ${order.join(", ")}`,
  );

  const labels = new Uint8Array(rows);
  const eventTimes = new BigInt64Array(rows);
  await readColumns(
    connection,
    `SELECT ${[...columns.map(({ sql }) => sql), label, `epoch_us(${eventTime})`].join(", ")} FROM ${table}`,
    [...columns.map(({ column }) => arrayOf(column)), labels, eventTimes],
  );
  const frame = { rows, columns: columns.map(({ column }) => column), labels };
  return { split, rows, table, frame, contentSha256: contentSha256(frame, eventTimes) };
}
