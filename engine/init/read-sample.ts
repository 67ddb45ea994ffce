import { isUtf8 } from "node:buffer";
import { open } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { CsvOptions, SourceFormat } from "../../core/definition/field-schema.ts";
import { readHead } from "../dataset/compression.ts";
import { csvHeader } from "../dataset/csv-header.ts";
import { readRawFile } from "../dataset/source-files.ts";
import { columnsOf, queryNumber } from "../duckdb/query.ts";
import { sqlName } from "../duckdb/sql.ts";

/** Table of the sample: `c0`, `c1`, …, each column as text, and `raw0`, … as the file has it. */
export const SAMPLE = "sample";

/** Rows that are looked at: they tell types, shares and suspicions, not the last digit. */
const MOST_ROWS = 200_000;
const HEAD_BYTES = 1_048_576;

/** A column of the file. */
export interface SampleColumn {
  readonly name: string;
  /** DuckDB's type; VARCHAR for every column of csv, JSON for every one of jsonl. */
  readonly type: string;
}

export interface Sample {
  readonly format: SourceFormat;
  /** Absent where the csv is written as usual. */
  readonly csv?: CsvOptions;
  readonly columns: readonly SampleColumn[];
  /** Of the file. */
  readonly rows: number;
  /** Rows of the table `SAMPLE`. */
  readonly sampled: number;
}

/**
 * Puts rows of a file, drawn the same at every call, into the table `SAMPLE`.
 *
 * @throws {DataContractError} if the file is damaged, unreadable or empty.
 */
export async function readSample(
  connection: DuckDBConnection,
  file: { readonly path: string; readonly format: SourceFormat },
): Promise<Sample> {
  const { path, format } = file;
  const csv = format === "csv" ? await csvOptions(path) : undefined;
  const what = `file ${path}`;
  const raw = { what, path, format, csv, columns: [], rejects: "sample_rejects" };
  const relation = (await readRawFile(connection, raw)).again;
  const types = await columnsOf(connection, `SELECT * FROM ${relation}`);
  const columns = [...types].map(([name, type]) => ({ name, type }));
  const selected = columns.map(({ name, type }, i) => {
    const column = sqlName(name);
    const text = type === "JSON" ? `(${column} ->> '$')` : `${column}::VARCHAR`;
    return `nullif(${text}, '') AS c${i}, ${column} AS raw${i}`;
  });
  await connection.run(
    `CREATE TABLE ${SAMPLE} AS SELECT ${selected.join(", ")} FROM ${relation} USING SAMPLE reservoir(${MOST_ROWS} ROWS) REPEATABLE (1)`,
  );
  const rows = await queryNumber(connection, `SELECT count(*) FROM ${relation}`);
  const sampled = await queryNumber(connection, `SELECT count(*) FROM ${SAMPLE}`);
  const given = csv !== undefined && Object.keys(csv).length > 0;
  return { format, ...(given ? { csv } : {}), columns, rows, sampled };
}

/** What the beginning of a csv file says of how it is written; nothing of what is usual. */
async function csvOptions(path: string): Promise<CsvOptions> {
  const { bytes } = await readHead({ what: `file ${path}`, path, name: path }, HEAD_BYTES);
  const end = bytes.lastIndexOf(0x0a) + 1 || bytes.length;
  const encoding = isUtf8(bytes.subarray(0, end)) ? "utf-8" : "latin-1";
  const text = bytes.toString(encoding === "utf-8" ? "utf8" : "latin1");
  const delimiters = [",", ";", "\t", "|"].map((delimiter) => ({
    delimiter,
    columns: csvHeader(text, { delimiter, quote: '"' }).length,
  }));
  const [best] = delimiters.sort((a, b) => b.columns - a.columns);
  const delimiter = best?.delimiter ?? ",";
  return {
    ...(delimiter === "," ? {} : { delimiter }),
    ...(encoding === "utf-8" ? {} : { encoding }),
  };
}

/** Whether the file begins as a JSON array does. */
export async function isJsonArray(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1_024), 0, 1_024, 0);
    return /^\uFEFF?\s*\[/.test(buffer.toString("utf8", 0, bytesRead));
  } finally {
    await file.close();
  }
}
