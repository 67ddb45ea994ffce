import { createHash, type Hash } from "node:crypto";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { FrameColumn, LabelledFrame } from "../../core/training/training-frame.ts";
import { arrayOf } from "./frame-columns.ts";

/**
 * SHA-256 over the values of a split in row order: for each input a line of JSON (name, kind, and the
 * dictionary of a category), then its float32 values or int32 codes; then labels as bytes or doubles,
 * then event times as int64 microseconds since 1970. What else there is follows, behind a line of JSON
 * each: weights as doubles, groups as uint32, and every context column as the inputs. Numbers are
 * little-endian, missing is NaN (7fc00000) or -1.
 *
 * @param eventTimes empty where rows have none
 */
export function contentSha256(frame: LabelledFrame, eventTimes: BigInt64Array): string {
  const { rows, columns, labels, weights, groups, context = [] } = frame;
  const hash = createHash("sha256");
  for (const column of columns) addColumn(hash, column, { rows });
  add(hash, labels);
  add(hash, eventTimes);
  if (weights) add(hash.update(`${canonicalJson({ rows, weights: true })}\n`), weights);
  if (groups) add(hash.update(`${canonicalJson({ rows, groups: groups.length - 1 })}\n`), groups);
  for (const column of context) addColumn(hash, column, { rows, context: true });
  return hash.digest("hex");
}

function addColumn(hash: Hash, column: FrameColumn, what: object): void {
  const { name, kind } = column;
  const dictionary = column.kind === "category" ? column.dictionary : undefined;
  hash.update(`${canonicalJson({ ...what, name, kind, dictionary })}\n`);
  add(hash, arrayOf(column));
}

// As the bytes lie in memory: every platform of Node 24 is little-endian but s390x, where no DuckDB is built.
const add = (hash: Hash, { buffer, byteOffset, byteLength }: ArrayBufferView) =>
  hash.update(new Uint8Array(buffer, byteOffset, byteLength));
