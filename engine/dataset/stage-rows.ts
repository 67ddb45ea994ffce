import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { modelInputs } from "../../core/definition/model-inputs.ts";
import { queryNumber } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { checkedRows, featureName, type RowChecks } from "./checked-rows.ts";
import { quarantineRows } from "./quarantine.ts";
import { rejectedLines } from "./rejected-lines.ts";
import { type Source, unreadable } from "./source-files.ts";
import { splitRule } from "./split-rule.ts";

/** Table or view of the rows: the inputs by name, and the columns here. */
export const STAGED = "staged";
export const STAGED_COLUMNS = {
  label: "__label",
  eventTime: "__event_time",
  /** Code of the split; NULL for a broken row. */
  split: "__split",
} as const;

/** What came of the rows of one source file. */
export interface StagedRows {
  readonly read: number;
  readonly broken: number;
  /** File of this machine with the broken rows; absent where none is. */
  readonly quarantinePath?: string;
}

/** Makes the empty table that `stageRows` fills, file by file. */
export async function createStagedTable(
  connection: DuckDBConnection,
  definition: StoredDefinition,
): Promise<void> {
  const { label, eventTime, split } = STAGED_COLUMNS;
  const columns = [
    ...modelInputs(definition).map(
      ({ name, kind }) => `${sqlName(name)} ${kind === "category" ? "VARCHAR" : "FLOAT"}`,
    ),
    `${label} UTINYINT`,
    `${eventTime} TIMESTAMP`,
    `${split} UTINYINT`,
    "__reason VARCHAR",
  ];
  await connection.run(`CREATE TABLE ${STAGED} (${columns.join(", ")})`);
}

/**
 * Reads, checks and completes every row of a source file, once, into the staged table. Each file is
 * read by its own types, so that its rows come out the same whatever files are beside it.
 *
 * @throws {DataContractError} if the file turns out to be unreadable.
 */
export async function stageRows(
  duckdb: Duckdb,
  request: {
    readonly definition: StoredDefinition;
    readonly source: Source;
    readonly checks: RowChecks;
  },
): Promise<StagedRows> {
  const { connection } = duckdb;
  const { definition, source, checks } = request;
  const split = splitRule(definition, checks.columns);
  const selected = [
    ...inputColumns(definition, checks.columns),
    "__label",
    sqlName(definition.source.eventTime),
    `CASE WHEN __reason IS NULL THEN (${split})::UTINYINT END`,
    "__reason",
  ];
  const before = await queryNumber(connection, `SELECT count(*) FROM ${STAGED}`);
  const rows = checkedRows(source.query, source.types, checks);
  try {
    await connection.run(`INSERT INTO ${STAGED} SELECT ${selected.join(", ")} FROM (${rows})`);
  } catch (cause) {
    throw unreadable(`source file ${source.file}`, cause);
  }
  const added = `FROM ${STAGED} WHERE rowid >= ${before}`;
  const rejected = source.rejects === undefined ? 0 : await rejectedCount(connection, source);
  const read = (await queryNumber(connection, `SELECT count(*) ${added}`)) + rejected;
  const broken = (await queryNumber(connection, `SELECT count(__reason) ${added}`)) + rejected;
  if (broken === 0) return { read, broken };
  return { read, broken, quarantinePath: await quarantineRows(duckdb, { source, checks }) };
}

const rejectedCount = (connection: DuckDBConnection, { rejects = "" }: Source) =>
  queryNumber(connection, `SELECT count(*) FROM (${rejectedLines(rejects)})`);

/** Numbers become float32, as the graph sees them; what underflows must not become -0. */
function inputColumns(
  definition: StoredDefinition,
  columns: readonly ContractColumn[],
): readonly string[] {
  const features = Object.keys(definition.rowFeatures);
  return modelInputs(definition).map(({ name, kind, origin }) => {
    const column = sqlName(name);
    if (origin === "row-feature") return featureName(features.indexOf(name));
    if (kind === "category") return column;
    const isBoolean = columns.find((field) => field.name === name)?.type === "boolean";
    const number = isBoolean ? `${column}::INTEGER::FLOAT` : `TRY_CAST(${column} AS FLOAT)`;
    return `${number} + 0::FLOAT`;
  });
}
