import type { SourceFormat } from "../../core/definition/field-schema.ts";

const ENDINGS: Readonly<Record<SourceFormat, RegExp>> = {
  parquet: /\.(parquet|pq)$/i,
  csv: /\.(csv|tsv)(\.(gz|zst))?$/i,
  jsonl: /\.(jsonl|ndjson)(\.(gz|zst))?$/i,
};

/** The format that a file's name says it has: `.csv`, `.jsonl` (also with `.gz` or `.zst`), `.parquet`. */
export function formatOfName(name: string): SourceFormat | undefined {
  const formats = Object.keys(ENDINGS) as SourceFormat[];
  return formats.find((format) => ENDINGS[format].test(name));
}
