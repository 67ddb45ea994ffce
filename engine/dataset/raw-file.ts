import { isUtf8 } from "node:buffer";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ContractColumn } from "../../core/dataset/contract-columns.ts";
import type { CsvOptions, SourceFormat } from "../../core/definition/field-schema.ts";
import { DataContractError } from "../../core/errors.ts";
import { type FileHead, readHead } from "./compression.ts";

/** A file of this machine, and what is wanted of it. */
export interface RawFile {
  /** The file in messages, such as "source file a.csv". */
  readonly what: string;
  readonly path: string;
  /** The name it was stored by, which tells how it is compressed. @default the path */
  readonly name?: string;
  readonly format: SourceFormat;
  readonly csv?: CsvOptions | undefined;
  readonly columns: readonly Pick<ContractColumn, "name" | "type">[];
  /** Name of the table for lines that are no rows of csv or jsonl; no other file of the database has it. */
  readonly rejects: string;
}

/** Relations of SQL that give a file's rows. */
export interface RawRelation {
  /** Read once: fills the table of rejects as far as it is not full already. */
  readonly first: string;
  /** As `first`, without rejecting a second time. */
  readonly again: string;
}

/** What a format makes of a file. */
export type OpenFormat = (connection: DuckDBConnection, file: RawFile) => Promise<RawRelation>;

/** Of it the header is read, and the text's encoding is told. */
const HEAD_BYTES = 1_048_576;

/** @throws {DataContractError} if the file is damaged, or is no text of its encoding. */
export async function textHead(file: RawFile): Promise<FileHead & { readonly text: string }> {
  const { what, path, name = path, csv = {} } = file;
  const head = await readHead({ what, path, name }, HEAD_BYTES);
  const { bytes } = head;
  if (isUtf16(bytes)) {
    throw new DataContractError(`${what} is in UTF-16; store it in UTF-8`);
  }
  if (csv.encoding === "latin-1") return { ...head, text: bytes.toString("latin1") };
  if (!isUtf8(wholeLines(bytes))) {
    throw new DataContractError(
      `${what} is not in UTF-8 (first in line ${wrongLine(bytes)}); store it in UTF-8, or declare csv: { encoding: "latin-1" } if it is`,
    );
  }
  return { ...head, text: bytes.toString("utf8") };
}

const isUtf16 = (bytes: Buffer) =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);

/** A character may be cut in two at the end of what was read. */
function wholeLines(bytes: Buffer): Buffer {
  if (bytes.length < HEAD_BYTES) return bytes;
  return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
}

function wrongLine(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, from);
    const to = end < 0 ? bytes.length : end + 1;
    if (!isUtf8(bytes.subarray(from, to))) return line;
    from = to;
  }
  return line;
}
