import { createHash } from "node:crypto";
import { canonicalJson } from "../../core/canonical-json.ts";

/** Takes up the values of a split, part by part, in the order that `contentHash` says. */
export interface ContentHash {
  /** Begins an input or context column. */
  column(column: {
    readonly name: string;
    readonly kind: "number" | "category";
    readonly dictionary?: readonly string[] | undefined;
    readonly context?: true;
  }): void;
  weights(): void;
  groups(count: number): void;
  values(values: ArrayBufferView): void;
  digest(): string;
}

/**
 * SHA-256 over the values of a split in row order: for each input a line of JSON (name, kind, and the
 * dictionary of a category), then its float32 values or int32 codes; then labels as bytes or doubles,
 * then event times as int64 microseconds since 1970. What else there is follows, behind a line of JSON
 * each: weights as doubles, groups as uint32, and every context column as the inputs. Numbers are
 * little-endian, missing is NaN (7fc00000) or -1.
 *
 * A column follows whole upon another, so that one column at a time has to be read, chunk by chunk.
 */
export function contentHash(rows: number): ContentHash {
  const hash = createHash("sha256");
  const line = (what: object) => hash.update(`${canonicalJson({ rows, ...what })}\n`);
  return {
    column: line,
    weights: () => line({ weights: true }),
    groups: (groups) => line({ groups }),
    // As the bytes lie in memory: every platform of Node 24 is little-endian but s390x, where no DuckDB is built.
    values: ({ buffer, byteOffset, byteLength }) =>
      hash.update(new Uint8Array(buffer, byteOffset, byteLength)),
    digest: () => hash.digest("hex"),
  };
}
