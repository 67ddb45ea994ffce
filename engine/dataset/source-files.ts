import { open, stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { DataContractError, NotFoundError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { columnsOf } from "../duckdb/query.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import { csvHeader } from "./csv-header.ts";
import { allowedTypes, mayBe } from "./field-types.ts";

/** The raw rows of all source files as one query over the contract's columns. */
export interface Source {
  readonly query: string;
  /** As `query`, without adding to the rejects of a csv source a second time. */
  readonly queryAgain: string;
  /** DuckDB type of each column. */
  readonly types: ReadonlyMap<string, string>;
  /** Table of lines that are no rows of the csv format; absent for Parquet, which has no such. */
  readonly rejects?: string;
}

const REJECTS = "millrace_rejects";
const HEADER_BYTES = 1_048_576;

/**
 * Opens the source files of a definition and checks that each can have what it needs.
 *
 * @throws {NotFoundError} if a file is not in the store.
 * @throws {DataContractError} if a file is empty or unreadable, or lacks a column, or a column's type
 *   cannot be its field's.
 */
export async function openSource(
  connection: DuckDBConnection,
  request: {
    readonly store: Pick<ObjectStore, "localPath">;
    readonly definition: StoredDefinition;
    readonly columns: readonly ContractColumn[];
  },
): Promise<Source> {
  const { store, definition, columns } = request;
  const { files, format } = definition.source;
  const selects: { first: string; again: string }[] = [];
  for (const { name } of files) {
    const path = await localFile(store, definition.name, name);
    const read = format === "csv" ? await csvReader(name, path) : parquetReader(path);
    checkColumns({ file: name, format, columns }, await describe(connection, name, read.again));
    const names = columns.map((column) => sqlName(column.name)).join(", ");
    selects.push({
      first: `SELECT ${names} FROM ${read.first}`,
      again: `SELECT ${names} FROM ${read.again}`,
    });
  }
  const query = selects.map(({ first }) => first).join(" UNION ALL ");
  const queryAgain = selects.map(({ again }) => again).join(" UNION ALL ");
  const types = await columnsOf(connection, queryAgain);
  return { query, queryAgain, types, ...(format === "csv" ? { rejects: REJECTS } : {}) };
}

async function localFile(
  store: Pick<ObjectStore, "localPath">,
  model: string,
  name: string,
): Promise<string> {
  const key = storageKeys.source(model, name);
  let path: string;
  try {
    path = await store.localPath(key);
  } catch (cause) {
    if (!(cause instanceof NotFoundError)) throw cause;
    throw new NotFoundError(
      `source file ${name} of model ${model} is missing; store it under ${key}`,
      { cause },
    );
  }
  const { size } = await stat(path);
  if (size === 0) {
    throw new DataContractError(`source file ${name} is empty (0 bytes); store it with its rows`);
  }
  return path;
}

const parquetReader = (path: string) => {
  const read = `read_parquet(${sqlText(path)})`;
  return { first: read, again: read };
};

/** Every column as text: the contract decides what a value is, not a guess from the first rows. */
async function csvReader(name: string, path: string) {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    const header = csvHeader(buffer.toString("utf8", 0, bytesRead));
    const twin = header.find((column, i) => header.indexOf(column) !== i);
    if (twin !== undefined) {
      throw new DataContractError(
        `source file ${name} has two columns named ${twin}; rename one of them`,
      );
    }
    const columns = header.map((column) => `${sqlText(column)}: 'VARCHAR'`).join(", ");
    const options = `auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', columns = {${columns}}`;
    const read = (more: string) => `read_csv(${sqlText(path)}, ${options}, ${more})`;
    return {
      first: read(
        `store_rejects = true, rejects_table = '${REJECTS}', rejects_scan = '${REJECTS}_scans', rejects_limit = 0`,
      ),
      again: read("ignore_errors = true"),
    };
  } finally {
    await file.close();
  }
}

async function describe(connection: DuckDBConnection, name: string, relation: string) {
  try {
    return await columnsOf(connection, `SELECT * FROM ${relation}`);
  } catch (cause) {
    throw unreadable(`source file ${name}`, cause);
  }
}

/**
 * What DuckDB says of bytes that it cannot read, as an error of the data's owner; anything else, a
 * full disk say, stays what it is.
 */
export function unreadable(what: string, cause: unknown): Error {
  if (!(cause instanceof Error)) return new Error(String(cause));
  const [, reason] =
    /^(?:Invalid|Invalid Input|IO|Serialization) Error: (.*)/.exec(cause.message) ?? [];
  if (reason === undefined || /no space left|temp_directory/i.test(reason)) return cause;
  return new DataContractError(
    `${what} cannot be read: ${withoutPaths(reason)}; store it again in its declared format`,
    { cause },
  );
}

/** DuckDB names files by their path on this machine, which means nothing to the reader. */
const withoutPaths = (message: string) => message.replaceAll(/["']?\/[^\s"']*["']?/g, "the file");

/** In csv every column is text: there a value that does not parse breaks its row, not its column. */
function checkColumns(
  {
    file,
    format,
    columns,
  }: {
    readonly file: string;
    readonly format: "parquet" | "csv";
    readonly columns: readonly ContractColumn[];
  },
  found: ReadonlyMap<string, string>,
): void {
  const problems = columns.flatMap(({ name, type }) => {
    const foundType = found.get(name);
    if (foundType === undefined) return [`column ${name} is missing`];
    if (format === "csv" || mayBe(type, foundType)) return [];
    return [`column ${name} is ${foundType}, a ${type} must be ${allowedTypes(type)}`];
  });
  if (problems.length === 0) return;
  throw new DataContractError(
    `source file ${file} breaks the contract: ${problems.join("; ")}; its columns are ${[...found.keys()].join(", ")}`,
  );
}
