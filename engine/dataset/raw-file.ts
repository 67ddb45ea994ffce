import { isAscii, isUtf8 } from "node:buffer";
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
  const wrong = isUtf8(wholeLines(bytes)) ? undefined : latin1Line(wholeLines(bytes));
  if (wrong !== undefined) {
    throw new DataContractError(
      `${what} is not in UTF-8 (first in line ${wrong}); store it in UTF-8, or declare csv: { encoding: "latin-1" } if it is`,
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

/** A letter beyond ASCII within a word, as Latin-1 has it. */
const LATIN1_WORD = /[A-Za-z][\u00c0-\u00ff]|[\u00c0-\u00ff][A-Za-z]/;

/**
 * The first line with words that are Latin-1 if they are anything, in a text of which no other line
 * beyond ASCII is UTF-8. Else a line is broken by itself, and is no row.
 */
function latin1Line(bytes: Buffer): number | undefined {
  let first: number | undefined;
  let line = 1;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, from);
    const to = end < 0 ? bytes.length : end + 1;
    const text = bytes.subarray(from, to);
    if (!isAscii(text) && isUtf8(text)) return undefined;
    if (!isUtf8(text) && LATIN1_WORD.test(text.toString("latin1"))) first ??= line;
    from = to;
  }
  return first;
}
