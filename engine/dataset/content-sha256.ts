import { createHash, type Hash } from "node:crypto";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { LabelledFrame } from "../../core/training/training-frame.ts";
import { arrayOf } from "./frame-columns.ts";

/**
 * SHA-256 over the values of a split in row order: for each input a line of JSON (name, kind, and the
 * dictionary of a category), then its float32 values or int32 codes; then labels as bytes, then event
 * times as int64 microseconds since 1970. Numbers are little-endian, missing is NaN (7fc00000) or -1.
 */
export function contentSha256(frame: LabelledFrame, eventTimes: BigInt64Array): string {
  const hash = createHash("sha256");
  for (const column of frame.columns) {
    const { name, kind } = column;
    const dictionary = column.kind === "category" ? column.dictionary : undefined;
    hash.update(`${canonicalJson({ rows: frame.rows, name, kind, dictionary })}\n`);
    add(hash, arrayOf(column));
  }
  add(hash, frame.labels);
  add(hash, eventTimes);
  return hash.digest("hex");
}

// As the bytes lie in memory: every platform of Node 24 is little-endian but s390x, where no DuckDB is built.
const add = (hash: Hash, { buffer, byteOffset, byteLength }: ArrayBufferView) =>
  hash.update(new Uint8Array(buffer, byteOffset, byteLength));
