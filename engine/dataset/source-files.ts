import { stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { PlannedObject } from "../../core/dataset/source-plan.ts";
import type { SourceFormat } from "../../core/definition/field-schema.ts";
import type { StoredDefinition } from "../../core/definition/model-definition.ts";
import { DataContractError } from "../../core/errors.ts";
import type { ObjectStore } from "../../core/ports/object-store.ts";
import { columnsOf } from "../duckdb/query.ts";
import { sqlName, sqlText } from "../duckdb/sql.ts";
import { allowedTypes, mayBe } from "./field-types.ts";
import { likelyName } from "./likely-name.ts";
import { plannedPath } from "./plan-sources.ts";
import type { OpenFormat, RawFile, RawRelation } from "./raw-file.ts";
import { readCsv } from "./read-csv.ts";
import { readJsonl } from "./read-jsonl.ts";
import { unreadable } from "./unreadable.ts";

/** The raw rows of one source file as a query over the contract's columns. */
export interface Source extends OpenFile {
  readonly file: string;
  /** Its place among the files that are open. */
  readonly index: number;
}

/** The raw rows of any one file. */
export interface OpenFile {
  readonly query: string;
  /** As `query`, without adding to the rejects a second time. */
  readonly queryAgain: string;
  /** DuckDB type of each column: VARCHAR for every one of csv, JSON for every one of jsonl. */
  readonly types: ReadonlyMap<string, string>;
  /** Table of lines that are no rows of their format; absent for Parquet, which has no such. */
  readonly rejects?: string;
}

/**
 * Opens an object of a run's source and checks that it can have what the definition needs.
 *
 * @param request.index tells it apart from others that are open
 * @throws {DataContractError} if the file was replaced or removed since the run began, or is empty or unreadable, or lacks a column, or a column's
 *   type cannot be its field's.
 */
export async function openSource(
  connection: DuckDBConnection,
  request: {
    readonly store: Pick<ObjectStore, "localPath">;
    readonly definition: StoredDefinition;
    readonly columns: readonly ContractColumn[];
    readonly object: PlannedObject;
    readonly index: number;
  },
): Promise<Source> {
  const { store, definition, columns, object, index } = request;
  const { format, csv } = definition.source;
  const file = object.name;
  const path = await plannedPath(store, object);
  const what = `source file ${file}`;
  const rejects = `millrace_rejects_${index}`;
  const raw = { what, path, name: file, format, csv, columns, rejects };
  return { file, index, ...(await openRawFile(connection, raw)) };
}

/**
 * Opens a file of this machine and checks that it can have the columns that are needed.
 *
 * @throws {DataContractError} if the file is empty, damaged or unreadable, or lacks a column, or a
 *   column's type cannot be its field's.
 */
export async function openRawFile(connection: DuckDBConnection, file: RawFile): Promise<OpenFile> {
  const { what, format, columns, rejects } = file;
  const read = await readRawFile(connection, file);
  const types = await describe(connection, what, read.again);
  checkColumns(file, types);
  const names = columns.map((column) => sqlName(column.name)).join(", ");
  return {
    query: `SELECT ${names} FROM ${read.first}`,
    queryAgain: `SELECT ${names} FROM ${read.again}`,
    types,
    ...(format === "parquet" ? {} : { rejects }),
  };
}

/**
 * A file as relations over all of its columns.
 *
 * @throws {DataContractError} if it is empty or damaged.
 */
export async function readRawFile(
  connection: DuckDBConnection,
  file: RawFile,
): Promise<RawRelation> {
  const { what, path, format } = file;
  const { size } = await stat(path);
  if (size === 0) throw new DataContractError(`${what} is empty (0 bytes); store it with its rows`);
  return READERS[format](connection, file);
}

const readParquet: OpenFormat = async (_connection, { path }) => {
  const read = `read_parquet(${sqlText(path)})`;
  return { first: read, again: read };
};

const READERS: Readonly<Record<SourceFormat, OpenFormat>> = {
  parquet: readParquet,
  csv: readCsv,
  jsonl: readJsonl,
};

async function describe(connection: DuckDBConnection, what: string, relation: string) {
  try {
    return await columnsOf(connection, `SELECT * FROM ${relation}`);
  } catch (cause) {
    throw unreadable(what, cause);
  }
}

/** In csv and jsonl a value that does not parse breaks its row, not its column. */
function checkColumns(
  { what, format, columns }: RawFile,
  found: ReadonlyMap<string, string>,
): void {
  const wanted = new Set(columns.map(({ name }) => name));
  const others = [...found.keys()].filter((name) => !wanted.has(name));
  const problems = columns.flatMap(({ name, type }) => {
    const foundType = found.get(name);
    if (foundType === undefined) {
      const likely = likelyName(name, others);
      return [`column ${name} is missing${likely === undefined ? "" : ` (is it ${likely} now?)`}`];
    }
    if (format !== "parquet" || mayBe(type, foundType)) return [];
    return [`column ${name} is ${foundType}, a ${type} must be ${allowedTypes(type)}`];
  });
  if (problems.length === 0) return;
  throw new DataContractError(
    `${what} breaks the contract: ${problems.join("; ")}; its columns are ${[...found.keys()].join(", ")}`,
  );
}
