import type { DuckDBConnection } from "@duckdb/node-api";
import { contractColumns } from "../../core/dataset/contract-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { queryNumber } from "../duckdb/query.ts";
import type { Duckdb } from "../duckdb/with-duckdb.ts";
import { checkedRows, type RowChecks } from "./checked-rows.ts";
import { quarantineRows } from "./quarantine.ts";
import { rejectedLines } from "./rejected-lines.ts";
import type { Source } from "./source-files.ts";
import { stagedColumns } from "./staged-columns.ts";
import { unreadable } from "./unreadable.ts";

/** Table or view of the rows, with the columns of `stagedColumns`. */
export const STAGED = "staged";

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
  const columns = stagedColumns(definition, contractColumns(definition));
  const described = columns.map(({ name, type }) => `${name} ${type}`);
  await connection.run(`CREATE TABLE ${STAGED} (${described.join(", ")})`);
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
  const selected = stagedColumns(definition, checks.columns).map((column) => column.sql);
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
