import { open, stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { DataContractError, InvalidInputError, NotFoundError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { storageKeys } from "../../core/storage-keys.ts";
import { columnsOf } from "../duckdb/query.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import { csvHeader } from "./csv-header.ts";
import { allowedTypes, mayBe } from "./field-types.ts";

/** The raw rows of one source file as a query over the contract's columns. */
export interface Source {
  readonly file: string;
  /** Place of the file in `source.files`. */
  readonly index: number;
  readonly query: string;
  /** As `query`, without adding to the rejects of a csv source a second time. */
  readonly queryAgain: string;
  /** DuckDB type of each column. */
  readonly types: ReadonlyMap<string, string>;
  /** Table of lines that are no rows of the csv format; absent for Parquet, which has no such. */
  readonly rejects?: string;
}

const HEADER_BYTES = 1_048_576;

/**
 * Opens a source file of a definition and checks that it can have what the definition needs.
 *
 * @param request.index its place in `source.files`
 * @throws {NotFoundError} if the file is not in the store.
 * @throws {DataContractError} if the file is empty or unreadable, or lacks a column, or a column's
 *   type cannot be its field's.
 */
export async function openSource(
  connection: DuckDBConnection,
  request: {
    readonly store: Pick<ObjectStore, "localPath">;
    readonly definition: StoredDefinition;
    readonly columns: readonly ContractColumn[];
    readonly index: number;
  },
): Promise<Source> {
  const { store, definition, columns, index } = request;
  const { format } = definition.source;
  const file = sourceFileName(definition, index);
  const path = await localFile(store, definition.name, file);
  const what = `source file ${file}`;
  const rejects = `millrace_rejects_${index}`;
  return { file, index, ...(await openFile(connection, { what, path, format, columns, rejects })) };
}

/** The raw rows of any one file. */
export type OpenFile = Pick<Source, "query" | "queryAgain" | "types" | "rejects">;

/**
 * Opens a file of this machine and checks that it can have the columns that are needed.
 *
 * @param request.what the file in messages, such as "source file a.csv"
 * @param request.rejects name of the table for lines that are no rows of the csv format
 * @throws {DataContractError} if the file is empty or unreadable, or lacks a column, or a column's
 *   type cannot be its field's.
 */
export async function openFile(
  connection: DuckDBConnection,
  request: {
    readonly what: string;
    readonly path: string;
    readonly format: "parquet" | "csv";
    readonly columns: readonly ContractColumn[];
    readonly rejects: string;
  },
): Promise<OpenFile> {
  const { what, path, format, columns, rejects } = request;
  const { size } = await stat(path);
  if (size === 0) throw new DataContractError(`${what} is empty (0 bytes); store it with its rows`);
  const read = format === "csv" ? await csvReader(what, path, rejects) : parquetReader(path);
  const types = await describe(connection, what, read.again);
  checkColumns({ what, format, columns }, types);
  const names = columns.map((column) => sqlName(column.name)).join(", ");
  return {
    query: `SELECT ${names} FROM ${read.first}`,
    queryAgain: `SELECT ${names} FROM ${read.again}`,
    types,
    ...(format === "csv" ? { rejects } : {}),
  };
}

/** @throws {InvalidInputError} if the definition has no such file. */
export function sourceFileName({ source }: StoredDefinition, index: number): string {
  const file = source.files[index];
  if (file) return file.name;
  throw new InvalidInputError(
    `source file ${index} is asked for, but the definition has ${source.files.length}`,
  );
}

async function localFile(
  store: Pick<ObjectStore, "localPath">,
  model: string,
  name: string,
): Promise<string> {
  const key = storageKeys.source(model, name);
  try {
    return await store.localPath(key);
  } catch (cause) {
    if (!(cause instanceof NotFoundError)) throw cause;
    throw new NotFoundError(
      `source file ${name} of model ${model} is missing; store it under ${key}`,
      { cause },
    );
  }
}

const parquetReader = (path: string) => {
  const read = `read_parquet(${sqlText(path)})`;
  return { first: read, again: read };
};

/** Every column as text: the contract decides what a value is, not a guess from the first rows. */
async function csvReader(what: string, path: string, rejects: string) {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    const header = csvHeader(buffer.toString("utf8", 0, bytesRead));
    const twin = header.find((column, i) => header.indexOf(column) !== i);
    if (twin !== undefined) {
      throw new DataContractError(`${what} has two columns named ${twin}; rename one of them`);
    }
    const columns = header.map((column) => `${sqlText(column)}: 'VARCHAR'`).join(", ");
    const options = `auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', columns = {${columns}}`;
    const read = (more: string) => `read_csv(${sqlText(path)}, ${options}, ${more})`;
    return {
      first: read(
        `store_rejects = true, rejects_table = '${rejects}', rejects_scan = '${rejects}_scans', rejects_limit = 0`,
      ),
      again: read("ignore_errors = true"),
    };
  } finally {
    await file.close();
  }
}

async function describe(connection: DuckDBConnection, what: string, relation: string) {
  try {
    return await columnsOf(connection, `SELECT * FROM ${relation}`);
  } catch (cause) {
    throw unreadable(what, cause);
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
const withoutPaths = (message: string) =>
  message.replaceAll(/(?:\bfile )?["']?\/[^\s"']*["']?/g, "the file");

/** In csv every column is text: there a value that does not parse breaks its row, not its column. */
function checkColumns(
  {
    what,
    format,
    columns,
  }: {
    readonly what: string;
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
    `${what} breaks the contract: ${problems.join("; ")}; its columns are ${[...found.keys()].join(", ")}`,
  );
}
